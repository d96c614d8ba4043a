using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>The state store; configuration section <c>Store</c>.</summary>
public sealed class StoreOptions
{
    /// <summary>The state store component. Default <c>jobs</c>.</summary>
    [Required]
    public string Name { get; set; } = "jobs";

    /// <summary>
    /// How many shards a store that is used for the first time gets, 1 to 256; later starts go by what the store says.
    /// Default 1 where the sidecar is a local one, 8 elsewhere.
    /// </summary>
    [Range(1, 256)]
    public int? Shards { get; set; }

    /// <summary>
    /// Most operations in one transaction, 20 or more. Default 100 on Cosmos DB and DynamoDB (their limit), 1,000 elsewhere.
    /// </summary>
    [Range(20, 10_000)]
    public int? OperationsMax { get; set; }

    /// <summary>
    /// Most bytes in one transaction; below the sidecar's body limit (4 MiB by default). Default 2 MB; 1.2 MB on Cosmos DB, which takes
    /// 2 MB of what its component makes of the documents.
    /// </summary>
    [Range(1_000_000, 64_000_000)]
    public int? BytesMax { get; set; }

    /// <summary>
    /// Seconds until a request to the sidecar is given up and settled by reading. Default 10; below the replica's lease.
    /// </summary>
    [Range(1, 60)]
    public int RequestSeconds { get; set; } = 10;

    /// <summary>
    /// Whether commits are written in two steps: true, false, or null (default) to ask the store at the start whether it rolls back.
    /// </summary>
    public bool? TwoStep { get; set; }
}

[OptionsValidator]
internal sealed partial class StoreOptionsValidator : IValidateOptions<StoreOptions>;
