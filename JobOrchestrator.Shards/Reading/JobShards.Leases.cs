using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Leases over one shard or several.</summary>
internal sealed partial class JobShards
{
    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        IReadOnlyList<Job> leased = await LeaseAnywhereAsync(lease, wait, cancellationToken);
        if (leased.Count > 0 && cancellationToken.IsCancellationRequested)
        {
            // The worker left in the very moment in which it was served.
            await GiveBackAsync(leased);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return leased;
    }

    private async Task<IReadOnlyList<Job>> LeaseAnywhereAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        (int Shard, Command.Lease Lease)[] parts = [.. PartsOf(lease)];
        if (parts.Length == 1)
        {
            return await shards.Of(parts[0].Shard).LeaseAsync(parts[0].Lease, wait, cancellationToken);
        }

        IReadOnlyList<Job> leased = await LeaseInOrderAsync(parts, lease.Max, cancellationToken);
        return leased.Count > 0 || wait <= TimeSpan.Zero ? leased : await LeaseFromFirstAsync(parts, wait, cancellationToken);
    }

    /// <summary>Asks one shard after the other, without waiting, until there are enough.</summary>
    private async Task<IReadOnlyList<Job>> LeaseInOrderAsync(
        (int Shard, Command.Lease Lease)[] parts, int max, CancellationToken cancellationToken)
    {
        var leased = new List<Job>();
        foreach ((int shard, Command.Lease part) in parts)
        {
            try
            {
                Command.Lease rest = part with { Max = max - leased.Count };
                leased.AddRange(await shards.Of(shard).LeaseAsync(rest, TimeSpan.Zero, cancellationToken));
            }
            catch (Exception) when (leased.Count > 0)
            {
                // What there is already has a worker; the next call meets the failure again.
                break;
            }

            if (leased.Count >= max)
            {
                break;
            }
        }

        return leased;
    }

    /// <summary>Runs of queues that live in the same shard, in the order of preference; every shard where no queue is named.</summary>
    private IEnumerable<(int Shard, Command.Lease Lease)> PartsOf(Command.Lease lease)
    {
        for (int shard = 0; lease.Queues.Count == 0 && shard < shards.Count; shard++)
        {
            yield return (shard, lease with { TokenSeed = $"{lease.TokenSeed}-{shard}" });
        }

        int from = 0;
        while (from < lease.Queues.Count)
        {
            int shard = ShardOf(lease.Queues[from]);
            int to = from + 1;
            while (to < lease.Queues.Count && ShardOf(lease.Queues[to]) == shard)
            {
                to++;
            }

            string[] queues = [.. lease.Queues.Skip(from).Take(to - from)];
            yield return (shard, lease with { Queues = queues, TokenSeed = $"{lease.TokenSeed}-{from}" });
            from = to;
        }
    }

    /// <summary>Waits in all shards at once and takes what comes first; what the others may have got by then is given back.</summary>
    private async Task<IReadOnlyList<Job>> LeaseFromFirstAsync(
        (int Shard, Command.Lease Lease)[] parts, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<IReadOnlyList<Job>>> waiting = [.. parts.Select(part => LeaseOneAsync(part.Shard, part.Lease, wait, over.Token))];
        try
        {
            IReadOnlyList<Job> leased = [];
            while (waiting.Count > 0 && leased.Count == 0)
            {
                Task<IReadOnlyList<Job>> first = await Task.WhenAny(waiting);
                waiting.Remove(first);
                leased = await first;
            }

            return leased;
        }
        finally
        {
            over.Cancel();
            waiting.ForEach(other => _ = GiveBackAsync(other));
        }
    }

    private async Task<IReadOnlyList<Job>> LeaseOneAsync(
        int shard, Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken) =>
        await shards.Of(shard).LeaseAsync(lease, wait, cancellationToken);

    /// <summary>A lease that nobody waits for any more.</summary>
    private async Task GiveBackAsync(Task<IReadOnlyList<Job>> lease)
    {
        try
        {
            await GiveBackAsync(await lease);
        }
        catch (Exception exception) when (exception is OperationCanceledException || IsPassing(exception))
        {
            // It got nothing.
        }
    }

    /// <summary>The worker has left: its jobs need not wait for their leases to end.</summary>
    private Task GiveBackAsync(IReadOnlyList<Job> jobs) => Task.WhenAll(jobs.Select(async job =>
    {
        try
        {
            await ProposeAsync(job.Id.Shard, new Command.Release(job.Id, job.Lease!.Token), CancellationToken.None);
        }
        catch (Exception exception) when (IsPassing(exception))
        {
            // Then the lease ends by itself.
        }
    }));

    private static bool IsPassing(Exception exception) =>
        exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException;
}
