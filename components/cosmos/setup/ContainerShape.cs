using Microsoft.Azure.Cosmos;

namespace CosmosSetup;

/// <summary>What the suite needs a container to be like.</summary>
internal static class ContainerShape
{
    /// <summary>The only partition key that Dapr's component writes.</summary>
    public const string PartitionKeyPath = "/partitionKey";

    /// <summary>Time to live is on and no document has any but its own.</summary>
    private const int TimeToLiveOnRequest = -1;

    private const string Everything = "/*";

    /// <summary>A new container.</summary>
    public static ContainerProperties New(string name) => Mend(new ContainerProperties(name, PartitionKeyPath));

    /// <summary>Sets what may be changed in a container.</summary>
    public static ContainerProperties Mend(ContainerProperties container)
    {
        container.DefaultTimeToLive = TimeToLiveOnRequest;

        // Dapr's component reads by id and partition key, and in bulk by "ARRAY_CONTAINS(@keys, r.id)": by ids alone. They are indexed
        // whenever the mode is consistent, whatever is excluded. Mode none would go without, and does not allow time to live.
        container.IndexingPolicy = new IndexingPolicy { Automatic = true, IndexingMode = IndexingMode.Consistent };
        container.IndexingPolicy.ExcludedPaths.Add(new ExcludedPath { Path = Everything });
        return container;
    }

    /// <summary>What is not as it should be in a container, the worst first.</summary>
    public static IReadOnlyList<Finding> Examine(ContainerProperties container, string file) =>
        [.. PartitionKey(container, file), .. UniqueKeys(container), .. TimeToLive(container), .. Indexing(container.IndexingPolicy)];

    private static IEnumerable<Finding> PartitionKey(ContainerProperties container, string file)
    {
        if (container.PartitionKeyPaths is not [PartitionKeyPath])
        {
            yield return new Finding(
                Weight.Wrong,
                $"The container's partition key is {string.Join(", ", container.PartitionKeyPaths)}, and Dapr's component needs "
                + $"{PartitionKeyPath}. A container's partition key cannot be changed: name another collection in {file}, "
                + "or delete this container if nothing in it is needed.");
        }
    }

    private static IEnumerable<Finding> UniqueKeys(ContainerProperties container)
    {
        if (container.UniqueKeyPolicy.UniqueKeys.Count > 0)
        {
            yield return new Finding(
                Weight.Wrong,
                "The container has unique keys, by which documents of the suite would be refused. They cannot be taken away: "
                + "use another container.");
        }
    }

    private static IEnumerable<Finding> TimeToLive(ContainerProperties container)
    {
        if (container.DefaultTimeToLive is null)
        {
            yield return new Finding(
                Weight.Wrong,
                "Time to live is off in the container: documents that should expire would stay, and their storage be billed, for ever. "
                + "It can be switched on: ./start.sh cosmos --fix (or \"On (no default)\" in the portal).",
                CanFix: true);
        }
        else if (container.DefaultTimeToLive != TimeToLiveOnRequest)
        {
            yield return new Finding(
                Weight.Wrong,
                $"The container deletes every document {container.DefaultTimeToLive} s after its last change, jobs included. "
                + "It should delete none but those that ask for it: ./start.sh cosmos --fix (or \"On (no default)\" in the portal).",
                CanFix: true);
        }
    }

    private static IEnumerable<Finding> Indexing(IndexingPolicy policy)
    {
        if (policy.IndexingMode != IndexingMode.Consistent)
        {
            yield return new Finding(
                Weight.Costs,
                $"The container's indexing mode is {policy.IndexingMode}, so a bulk read looks through every document, and each is "
                + "paid for in RUs. It should be consistent, with all paths excluded: ./start.sh cosmos --fix.",
                CanFix: true);
            yield break;
        }

        string[] indexed =
        [
            .. policy.IncludedPaths.Select(static path => path.Path),
            .. policy.CompositeIndexes.Select(static _ => "a composite index"),
            .. policy.SpatialIndexes.Select(static path => path.Path),
        ];
        if (indexed.Length > 0)
        {
            yield return new Finding(
                Weight.Costs,
                $"The container indexes {string.Join(", ", indexed)}: every write pays RUs for it, and nothing here reads by "
                + "anything but ids. ./start.sh cosmos --fix takes it off (Cosmos DB rebuilds the index in the background, for RUs too).",
                CanFix: true);
        }
    }
}
