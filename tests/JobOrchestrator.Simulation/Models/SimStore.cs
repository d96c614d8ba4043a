using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>
/// One process's way to the store. A request is sent, carried out and answered in three moments with time between them; whoever sends it
/// may have given up, or be dead, before any of them.
/// </summary>
/// <param name="lane">The process.</param>
/// <param name="site">The store.</param>
internal sealed class SimStore(Lane lane, StoreSite site) : IStateStore
{
    public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
        SendAsync<StoredItem?>(
            new StoreCall("get", partition, key, 1),
            _ =>
            {
                StoredItem? found = null;
                return new StoreWork<StoredItem?>(
                    moment =>
                    {
                        found = site.State.Get(key, moment);
                        return true;
                    },
                    () => found);
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken) =>
        SendAsync(
            new StoreCall("read", partition, keys[0], keys.Count)
            {
                IsOfEventsAlone = keys.All(key => key.Contains("-outbox-", StringComparison.Ordinal)),
            },
            fate => ReadOf(keys, fate.LeavesOut),
            cancellationToken);

    public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken) =>
        SendAsync(new StoreCall("save", partition, key, 1), _ => SaveOf(key, value, etag), cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        StoreWrite[] writes = [.. operations.Select(StoreWrite.Of)];
        return SendAsync(
            new StoreCall("transact", partition, operations.Count == 0 ? "nothing" : operations[0].Key, operations.Count),
            _ => TransactionOf(writes),
            cancellationToken);
    }

    private StoreWork<IReadOnlyDictionary<string, StoredItem>> ReadOf(IReadOnlyList<string> keys, int leavesOut)
    {
        BulkRead read = site.State.GetMany(keys, site.Dice.Below);
        return new StoreWork<IReadOnlyDictionary<string, StoredItem>>(
            moment =>
            {
                for (int looks = 1 + site.Dice.Below(keys.Count); looks > 0 && !read.IsDone; looks--)
                {
                    if (leavesOut > 0 && site.Dice.Below(2) == 0)
                    {
                        leavesOut--;
                        read.LeaveOut();
                    }
                    else
                    {
                        read.Next(moment);
                    }
                }

                return read.IsDone;
            },
            () => read.IsTooLarge ? throw Refusal(WriteResult.TooLarge) : read.Found);
    }

    /// <summary>
    /// Stores refuse a second first-write with different words, so the adapter asks for the document itself, a moment later.
    /// </summary>
    private StoreWork<bool> SaveOf(string key, byte[] value, string? etag)
    {
        WriteResult? result = null;
        bool isThere = false;
        return new StoreWork<bool>(
            moment =>
            {
                if (result is null)
                {
                    result = site.State.Save(StoreWrite.Save(key, value, etag), moment);
                    return result == WriteResult.Done || etag is not null;
                }

                isThere = site.State.Get(key, moment) is not null;
                return true;
            },
            () => result switch
            {
                WriteResult.Done => true,
                WriteResult.Conflict when etag is not null => false,
                _ when isThere => false,
                _ => throw Refusal(result ?? WriteResult.Failed),
            });
    }

    private StoreWork<bool> TransactionOf(StoreWrite[] writes)
    {
        StoreTransaction transaction = site.State.Transact(writes);
        return new StoreWork<bool>(
            moment =>
            {
                transaction.Next(moment);
                return transaction.IsDone;
            },
            () => transaction.Result == WriteResult.Done ? true : throw Refusal(transaction.Result));
    }

    private static RefusedException Refusal(WriteResult result) =>
        new($"The store refuses: {result}.") { IsTooLarge = result == WriteResult.TooLarge };

    private Task<T> SendAsync<T>(StoreCall call, Func<Fate, StoreWork<T>> begin, CancellationToken cancellationToken)
    {
        World world = site.World;
        world.Escapes.Check("The store");
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        call = call with { IsForOthers = Serving.IsHere };
        Fate fate = site.FateOf(lane, call);
        string label = call.ToString();
        long since = world.Ticks;
        site.Wait(lane, call);
        var promise = new StorePromise<T>(Hear, cancellationToken);
        if (fate.There is { } there)
        {
            world.In(there, null, StepKind.Request, label, () => CarryOut(begin(fate), fate.IsRepeated));
        }

        if (fate.Error is { } error)
        {
            world.In(fate.ErrorAfter, lane, StepKind.Answer, label, () => promise.Fail(error));
        }

        return promise.Task;

        void Hear(bool isWell)
        {
            site.EndWait(lane, call, since);
            site.Heard?.Invoke(lane, call, isWell);
        }

        void CarryOut(StoreWork<T> work, bool isRepeated)
        {
            if (!work.Next(site.MomentOf(lane)))
            {
                world.In(site.Gap(), null, StepKind.Request, label, () => CarryOut(work, isRepeated));
            }
            else if (isRepeated)
            {
                world.In(site.Gap(), null, StepKind.Request, label, () => CarryOut(begin(fate), isRepeated: false));
            }
            else if (fate.Back is { } back)
            {
                world.In(back, lane, StepKind.Answer, label, () => promise.Keep(work.Answer));
            }
        }
    }
}
