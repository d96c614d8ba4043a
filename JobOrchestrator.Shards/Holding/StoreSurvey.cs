using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Shards;

/// <summary>
/// Asks the store at the start what it is: how many operations it takes, whether it rolls back, how many shards it was first used with.
/// </summary>
/// <param name="componentType">Asks the sidecar for the type of the state store component.</param>
/// <param name="settings">What is said of the store; the rest is asked.</param>
/// <param name="replica">Names the scratch documents, so that replicas that start together do not disturb each other.</param>
internal sealed class StoreSurvey(
    Func<CancellationToken, Task<string>> componentType, ReplicaSettings settings, ReplicaIdentity replica)
{
    private const int OperationsMaxElsewhere = 1_000;
    private const int OperationsMaxSmall = 100;
    private const long BytesMaxElsewhere = 2_000_000;

    // Cosmos DB takes 2 MB in a batch, but of what its component sends: some 250 bytes more an operation, and six for each < > &.
    private const long BytesMaxOnCosmos = 1_200_000;
    private const int ShardsElsewhere = 8;

    /// <exception cref="NewerFormatException">The store is not to be touched.</exception>
    public async Task<(ShardLimits Limits, int Shards)> AskAsync(StoreCalls store, CancellationToken cancellationToken)
    {
        // First of all, for the survey writes too.
        var format = new StoreFormat(store);
        await format.CheckAsync(cancellationToken);
        string type = await store.TimedAsync(componentType, cancellationToken);
        var limits = new ShardLimits(
            settings.OperationsMax
                ?? (type is "state.azure.cosmosdb" or "state.aws.dynamodb" ? OperationsMaxSmall : OperationsMaxElsewhere),
            settings.BytesMax ?? (type == "state.azure.cosmosdb" ? BytesMaxOnCosmos : BytesMaxElsewhere),
            settings.TwoStep ?? !await RollsBackAsync(store, cancellationToken),
            settings.RequestTimeout,
            settings.Lease,
            settings.Renew,
            settings.Answer,
            settings.MailboxMax,
            settings.EventRetention,
            settings.EventBytesMax,
            settings.EventSource)
        {
            Bounds = settings.Bounds,
        };
        return (limits, await format.BeginAsync(settings.Shards ?? (type == "state.in-memory" ? 1 : ShardsElsewhere), cancellationToken));
    }

    /// <summary>A transaction of two scratch documents, one with a stale ETag, has to leave the other one alone.</summary>
    private async Task<bool> RollsBackAsync(StoreCalls store, CancellationToken cancellationToken)
    {
        string fenced = $"survey-fenced-{replica.Id}";
        string other = $"survey-other-{replica.Id}";
        const string Partition = "survey";
        await store.TransactAsync(
            [new StateOperation(fenced, Scratch(1)), new StateOperation(other, Scratch(1))], Partition, cancellationToken);
        string stale = (await store.GetAsync(fenced, Partition, cancellationToken))!.Value.ETag;
        await store.TransactAsync([new StateOperation(fenced, Scratch(2))], Partition, cancellationToken);
        try
        {
            await store.TransactAsync(
                [new StateOperation(fenced, Scratch(3), stale), new StateOperation(other, Scratch(3))], Partition, cancellationToken);
            throw new InvalidOperationException("The state store took a stale ETag: jobs cannot be kept safe in it.");
        }
        catch (RefusedException)
        {
            StoredItem? after = await store.GetAsync(other, Partition, cancellationToken);
            return after is { } item && Number(item) == 1;
        }
    }

    /// <summary>An object as all documents are: Cosmos DB keeps any other JSON as base64.</summary>
    private static byte[] Scratch(int number) => Encoding.UTF8.GetBytes($$"""{"number":{{number}}}""");

    private static int Number(StoredItem scratch)
    {
        using var document = JsonDocument.Parse(scratch.Value);
        return document.RootElement.GetProperty("number").GetInt32();
    }
}
