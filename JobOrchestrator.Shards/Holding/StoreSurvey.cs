using System.Text.Json;
using System.Text.Json.Nodes;

namespace JobOrchestrator.Shards;

/// <summary>
/// Asks the store at the start what it is: how many operations it takes, whether it rolls back, how it creates a document that must not be
/// there yet, how many shards it was first used with. What it says has to be proved: a transient error must not look like an answer.
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
    private const int RollsBackAsks = 4;

    private const string Partition = "survey";

    private int _number; // of the last scratch document that was to be new

    /// <returns>What commits keep to, how many shards there are, and what a person should look at.</returns>
    /// <exception cref="NewerFormatException">The store is not to be touched.</exception>
    public async Task<(ShardLimits Limits, int Shards, string? Warning)> AskAsync(StoreCalls store, CancellationToken cancellationToken)
    {
        // First of all, for the survey writes too.
        var format = new StoreFormat(store);
        await format.CheckAsync(cancellationToken);
        string type = await store.TimedAsync(componentType, cancellationToken);
        bool? rollsBack = settings.TwoStep is null ? await RollsBackAsync(store, cancellationToken) : null;
        bool? createsByFirstWrite = await CreatesByFirstWriteAsync(store, cancellationToken);
        int shards = await format.BeginAsync(settings.Shards ?? (type == "state.in-memory" ? 1 : ShardsElsewhere), cancellationToken);
        bool? before = rollsBack is { } now ? await format.NoteAsync(now, cancellationToken) : null;
        bool hasChanged = before is not null && before != rollsBack;
        bool twoStep = settings.TwoStep ?? (rollsBack is false || hasChanged);
        if (twoStep && createsByFirstWrite is null)
        {
            throw new InvalidOperationException(
                "The state store does not roll back, and creates no document that must not be there yet: jobs cannot be kept safe in it.");
        }

        var limits = new ShardLimits(
            settings.OperationsMax
                ?? (type is "state.azure.cosmosdb" or "state.aws.dynamodb" ? OperationsMaxSmall : OperationsMaxElsewhere),
            settings.BytesMax ?? (type == "state.azure.cosmosdb" ? BytesMaxOnCosmos : BytesMaxElsewhere),
            twoStep,
            settings.RequestTimeout,
            settings.Lease,
            settings.Renew,
            settings.Answer,
            settings.MailboxMax,
            settings.EventRetention,
            settings.EventBytesMax,
            new EventForm(settings.EventSource, Topics.Without(settings.Topics), settings.EventCoalesce > TimeSpan.Zero))
        {
            Bounds = settings.Bounds,
            CreatesByFirstWrite = createsByFirstWrite is true,
            StoreType = type,
        };
        return (limits, shards, hasChanged ? Changed(rollsBack is true) : null);
    }

    private static string Changed(bool rollsBack) =>
        $"The state store {(rollsBack ? "rolls" : "does not roll")} back a refused transaction, and was found to do the opposite before. "
        + "If it was not replaced by another one, it cannot be relied on; until the next start commits are written in two steps, which is "
        + "right for both.";

    /// <summary>
    /// One transaction of which a part was written proves that it does not. That nothing was written by one that was refused could be the
    /// luck of an error, which looks the same; the more often it is asked, the less so.
    /// </summary>
    private async Task<bool> RollsBackAsync(StoreCalls store, CancellationToken cancellationToken)
    {
        for (int asked = 0; asked < RollsBackAsks; asked++)
        {
            if (!await RollsBackOnceAsync(store, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A transaction of two scratch documents, one with a stale ETag, has to leave the other one alone; the same one with the right ETag
    /// has to pass, or it was refused for something else.
    /// </summary>
    private async Task<bool> RollsBackOnceAsync(StoreCalls store, CancellationToken cancellationToken)
    {
        string fenced = $"survey-fenced-{replica.Id}";
        string other = $"survey-other-{replica.Id}";
        await store.TransactAsync(
            [new StateOperation(fenced, Scratch(1)), new StateOperation(other, Scratch(1))], Partition, cancellationToken);
        string stale = (await store.GetAsync(fenced, Partition, cancellationToken))!.Value.ETag;
        await store.TransactAsync([new StateOperation(fenced, Scratch(2))], Partition, cancellationToken);
        if (await IsTakenAsync(
            store, [new StateOperation(fenced, Scratch(3), stale), new StateOperation(other, Scratch(3))], cancellationToken))
        {
            throw new InvalidOperationException("The state store took a stale ETag: jobs cannot be kept safe in it.");
        }

        if (await NumberAsync(store, other, cancellationToken) == 3)
        {
            return false;
        }

        string right = (await store.GetAsync(fenced, Partition, cancellationToken))!.Value.ETag;
        await store.TransactAsync(
            [new StateOperation(fenced, Scratch(4), right), new StateOperation(other, Scratch(4))], Partition, cancellationToken);
        return true;
    }

    /// <summary>
    /// How a second step creates a new document without ever touching one that is there: false: by an ETag that never matches, for the
    /// store (Redis) creates an absent key whatever the ETag; true: by first-write; null: neither holds.
    /// </summary>
    private async Task<bool?> CreatesByFirstWriteAsync(StoreCalls store, CancellationToken cancellationToken) =>
        await CreatesByFirstWriteOnceAsync(store, cancellationToken) ?? await CreatesByFirstWriteOnceAsync(store, cancellationToken);

    private async Task<bool?> CreatesByFirstWriteOnceAsync(StoreCalls store, CancellationToken cancellationToken)
    {
        string key = $"survey-new-{replica.Id}";
        var byETag = new StateOperation(key, null, TwoStepDocuments.NeverETag);
        var byFirstWrite = new StateOperation(key, null, IfAbsent: true);
        if (await CreatesAsync(store, byETag, cancellationToken))
        {
            return false;
        }

        return await CreatesAsync(store, byFirstWrite, cancellationToken) ? true : null;
    }

    private async Task<bool> CreatesAsync(StoreCalls store, StateOperation write, CancellationToken cancellationToken)
    {
        await store.TransactAsync([new StateOperation(write.Key, null)], Partition, cancellationToken);
        if (await NumberAsync(store, write.Key, cancellationToken) is not null)
        {
            throw new InvalidOperationException("The state store still has a document that was deleted.");
        }

        // Each with a number of its own: a write that was answered with an error may be carried out while the next way is tried.
        (int first, int second) = (++_number, ++_number);
        bool isTaken = await IsTakenAsync(store, [write with { Value = Scratch(first) }], cancellationToken);
        if (await NumberAsync(store, write.Key, cancellationToken) is not { } number)
        {
            return isTaken
                ? throw new InvalidOperationException("The state store took a document that is not there: somebody has deleted it.")
                : false;
        }

        if (number != first)
        {
            throw new InvalidOperationException("The state store carried out late what it had answered with an error; it is asked again.");
        }

        // What is not done has to be said: after a clear yes nobody looks.
        bool isRefused = !await IsTakenAsync(store, [write with { Value = Scratch(second) }], cancellationToken);
        bool isLeftAlone = await NumberAsync(store, write.Key, cancellationToken) == first;
        await store.TransactAsync([new StateOperation(write.Key, null)], Partition, cancellationToken);
        return isRefused && isLeftAlone;
    }

    /// <summary>
    /// Whether a transaction was taken; false where it was answered with any error, but for one that says that the store has too much to
    /// do: that is no word about this transaction.
    /// </summary>
    private static async Task<bool> IsTakenAsync(
        StoreCalls store, IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        try
        {
            await store.TransactAsync(operations, Partition, cancellationToken);
            return true;
        }
        catch (CallException exception)
            when (exception is RefusedException { IsForNow: false } or UnclearException { IsAnswer: true, IsForNow: false })
        {
            return false;
        }
    }

    /// <summary>
    /// An object as all documents are: Cosmos DB keeps any other JSON as base64. It says whose it is, for two processes that call
    /// themselves the same ask at the same documents.
    /// </summary>
    private byte[] Scratch(int number) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["number"] = number, ["by"] = replica.Process });

    /// <exception cref="InvalidOperationException">Another process has written it, so that it says nothing.</exception>
    private async Task<int?> NumberAsync(StoreCalls store, string key, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, Partition, cancellationToken) is not { } scratch)
        {
            return null;
        }

        using var document = JsonDocument.Parse(scratch.Value);
        return document.RootElement.TryGetProperty("by", out JsonElement by) && by.GetString() == replica.Process
            ? document.RootElement.GetProperty("number").GetInt32()
            : throw new InvalidOperationException(
                $"Another process that calls itself {replica.Id} asks the state store the same at the same time; it is asked again.");
    }
}
