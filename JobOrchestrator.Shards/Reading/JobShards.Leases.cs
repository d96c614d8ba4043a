using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Leases over one shard or several.</summary>
internal sealed partial class JobShards
{
    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        (int Shard, Command.Lease Lease)[] parts = [.. PartsOf(lease)];
        if (parts.Length == 0)
        {
            // From any queue, and the number of shards is not known before the store has been reached.
            throw NotReady();
        }

        if (parts.Length == 1)
        {
            return await LeaseAsync(parts[0].Shard, parts[0].Lease, wait, cancellationToken);
        }

        var leased = new List<Job>();
        foreach ((int shard, Command.Lease part) in parts)
        {
            if (leased.Count < lease.Max)
            {
                leased.AddRange(await LeaseAsync(shard, part with { Max = lease.Max - leased.Count }, TimeSpan.Zero, cancellationToken));
            }
        }

        return leased.Count > 0 || wait <= TimeSpan.Zero ? leased : await LeaseFromFirstAsync(parts, wait, cancellationToken);
    }

    /// <summary>Runs of queues that live in the same shard, in the order of preference; every shard where no queue is named.</summary>
    private IEnumerable<(int Shard, Command.Lease Lease)> PartsOf(Command.Lease lease)
    {
        int shards = replica.ShardCount ?? throw NotReady();
        for (int shard = 0; lease.Queues.Count == 0 && shard < shards; shard++)
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

            yield return (shard, lease with { Queues = [.. lease.Queues.Skip(from).Take(to - from)], TokenSeed = $"{lease.TokenSeed}-{from}" });
            from = to;
        }
    }

    private async Task<IReadOnlyList<Job>> LeaseAsync(int shard, Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        var envelope = new Envelope(lease, waits: wait > TimeSpan.Zero);
        Post(LoopOf(shard), envelope);
        try
        {
            TimeSpan atMost = wait > TimeSpan.Zero ? wait : replica.Limits!.Answer;
            return ((Outcome.Leased)await envelope.Task.WaitAsync(atMost, time, cancellationToken)).Jobs;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException && !envelope.TryWithdraw())
        {
            if (exception is OperationCanceledException)
            {
                _ = GiveBackAsync(shard, envelope);
                throw;
            }

            // It is being committed at this very moment; a commit is short, or its outcome is unknown.
            return ((Outcome.Leased)await AnswerAsync(envelope, cancellationToken)).Jobs;
        }
        catch (TimeoutException) when (wait > TimeSpan.Zero)
        {
            return [];
        }
    }

    /// <summary>Waits in all shards at once and takes what comes first; what the others may have got by then is given back.</summary>
    private async Task<IReadOnlyList<Job>> LeaseFromFirstAsync(
        (int Shard, Command.Lease Lease)[] parts, TimeSpan wait, CancellationToken cancellationToken)
    {
        (int Shard, Envelope Envelope)[] waiting = [.. parts.Select(part => (part.Shard, new Envelope(part.Lease, waits: true)))];
        IReadOnlyList<Job> leased = [];
        try
        {
            foreach ((int shard, Envelope envelope) in waiting)
            {
                Post(LoopOf(shard), envelope);
            }

            Task<Outcome> first = await Task.WhenAny(waiting.Select(item => item.Envelope.Task)).WaitAsync(wait, time, cancellationToken);
            leased = ((Outcome.Leased)await first).Jobs;
        }
        catch (TimeoutException)
        {
            // Nothing came in time.
        }
        finally
        {
            foreach ((int shard, Envelope envelope) in waiting)
            {
                bool isTheFirst = envelope.Task.IsCompletedSuccessfully && ReferenceEquals(((Outcome.Leased)envelope.Task.Result).Jobs, leased);
                if (!isTheFirst && !envelope.TryWithdraw())
                {
                    _ = GiveBackAsync(shard, envelope);
                }
            }
        }

        return leased;
    }

    /// <summary>Nobody is there any more to run what this lease got.</summary>
    private async Task GiveBackAsync(int shard, Envelope envelope)
    {
        try
        {
            foreach (Job job in ((Outcome.Leased)await envelope.Task).Jobs)
            {
                replica.LoopOf(shard)?.TryPost(new Envelope(new Command.Release(job.Id, job.Lease!.Token)));
            }
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OutcomeUnknownException)
        {
            // Then the leases end by themselves.
        }
    }
}
