using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>Leases over one shard or several.</summary>
internal sealed partial class JobShards
{
    // A lease that is longer is not worth more.
    private static readonly TimeSpan GivenBackWithin = TimeSpan.FromMinutes(1);

    private static readonly PauseBounds AwayPauses = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

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

    // Nearly every worker asks for one queue, or there is one shard.
    private Task<IReadOnlyList<Job>> LeaseAnywhereAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken) =>
        lease.Queues.Count == 1 || shards.Count == 1
            ? shards.Of(lease.Queues.Count == 1 ? ShardOf(lease.Queues[0]) : 0).LeaseAsync(lease, wait, cancellationToken)
            : LeaseInPartsAsync(lease, wait, cancellationToken);

    private async Task<IReadOnlyList<Job>> LeaseInPartsAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        (int Shard, Command.Lease Lease)[] parts = [.. PartsOf(lease)];
        if (parts.Length == 1)
        {
            return await shards.Of(parts[0].Shard).LeaseAsync(parts[0].Lease, wait, cancellationToken);
        }

        var failures = new List<Exception>();
        IReadOnlyList<Job> leased = await LeaseInOrderAsync(parts, lease.Max, failures, cancellationToken);
        if (leased.Count > 0)
        {
            return leased;
        }

        if (failures.Count == parts.Length || (failures.Count > 0 && wait <= TimeSpan.Zero))
        {
            ExceptionDispatchInfo.Throw(Worst(failures));
        }

        return wait <= TimeSpan.Zero
            ? leased
            : await LeaseFromFirstAsync(parts, wait, failures.OfType<OutcomeUnknownException>().FirstOrDefault(), cancellationToken);
    }

    /// <summary>
    /// Asks one shard after the other, without waiting, until there are enough. One that is away keeps nobody from what the others have.
    /// </summary>
    private async Task<IReadOnlyList<Job>> LeaseInOrderAsync(
        (int Shard, Command.Lease Lease)[] parts, int max, List<Exception> failures, CancellationToken cancellationToken)
    {
        var leased = new List<Job>();
        foreach ((int shard, Command.Lease part) in parts)
        {
            try
            {
                Command.Lease rest = part with { Max = max - leased.Count };
                leased.AddRange(await shards.Of(shard).LeaseAsync(rest, TimeSpan.Zero, cancellationToken));
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                failures.Add(exception);
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

    /// <summary>
    /// Waits in all shards at once and takes what comes first; what the others may have got by then is given back. A worker hears that
    /// there is nothing only if he was given nothing for certain.
    /// </summary>
    private async Task<IReadOnlyList<Job>> LeaseFromFirstAsync(
        (int Shard, Command.Lease Lease)[] parts, TimeSpan wait, OutcomeUnknownException? unclear, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = new TaskCompletionSource<IReadOnlyList<Job>>(TaskCreationOptions.RunContinuationsAsynchronously);
        int waiting = parts.Length;
        var failures = new ConcurrentQueue<Exception>();
        foreach ((int shard, Command.Lease part) in parts)
        {
            _ = OfferAsync(shard, part, over.Token);
        }

        try
        {
            return await first.Task;
        }
        finally
        {
            over.Cancel();
        }

        async Task OfferAsync(int shard, Command.Lease part, CancellationToken token)
        {
            IReadOnlyList<Job> leased;
            try
            {
                leased = await LeaseOnceItCanAsync(shard, part, wait, failure => unclear ??= failure, token);
            }
            catch (OperationCanceledException)
            {
                first.TrySetCanceled(token);
                return;
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                failures.Enqueue(exception);
                leased = [];
            }
            catch (Exception exception)
            {
                first.TrySetException(exception);
                return;
            }

            bool isLast = Interlocked.Decrement(ref waiting) == 0;
            if (isLast && leased.Count == 0 && unclear is not null)
            {
                first.TrySetException(unclear);
            }
            else if (isLast && failures.Count == parts.Length)
            {
                first.TrySetException(Worst(failures));
            }
            else if ((leased.Count > 0 || isLast) && !first.TrySetResult(leased))
            {
                await GiveBackAsync(leased);
            }
        }
    }

    /// <summary>Waits in one shard, and while that is away for it to be back: others may wait beside.</summary>
    private async Task<IReadOnlyList<Job>> LeaseOnceItCanAsync(
        int shard, Command.Lease part, TimeSpan wait, Action<OutcomeUnknownException> unclear, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        var pause = new Pause(AwayPauses, time);
        for (int asked = 1; true; asked++)
        {
            try
            {
                // What was asked before may be committed yet, and no token is that of two attempts.
                Command.Lease anew = part with { TokenSeed = $"{part.TokenSeed}-{asked}" };
                TimeSpan left = wait - time.GetElapsedTime(began);
                return await shards.Of(shard).LeaseAsync(anew, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                if (exception is OutcomeUnknownException unknown)
                {
                    unclear(unknown);
                }

                if (time.GetElapsedTime(began) >= wait)
                {
                    throw;
                }

                await pause.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>The worker has left: its jobs do not wait for their leases to end, which would cost each an attempt.</summary>
    private Task GiveBackAsync(IReadOnlyList<Job> jobs) => Together.AllAsync(jobs.Select(GiveBackAsync));

    private async Task GiveBackAsync(Job job)
    {
        long began = time.GetTimestamp();
        var pause = new Pause(AwayPauses, time);
        bool isGiven = false;
        while (!isGiven && time.GetElapsedTime(began) < GivenBackWithin)
        {
            try
            {
                await ProposeAsync(job.Id.Shard, new Command.Release(job.Id, job.Lease!.Token, IsUnseen: true), CancellationToken.None);
                isGiven = true;
            }
            catch (Exception exception) when (IsPassing(exception))
            {
                await pause.WaitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>What the worker hears of several failures: that something may be written comes before that nothing is.</summary>
    private static Exception Worst(IReadOnlyCollection<Exception> failures) =>
        failures.FirstOrDefault(failure => failure is OutcomeUnknownException) ?? failures.First();

    private static bool IsPassing(Exception exception) =>
        exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException;
}
