namespace JobOrchestrator.Shards;

/// <summary>News of leases in one shard or several.</summary>
internal sealed partial class JobShards
{
    public async Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken)
    {
        LeaseNews[] nowhere = [.. leases.Where(lease => !IsAnywhere(lease.JobId)).Select(lease => new LeaseNews(lease, null))];
        if (nowhere.Length > 0)
        {
            return nowhere;
        }

        NamedLease[][] parts = [.. leases.GroupBy(lease => lease.JobId.Shard).OrderBy(part => part.Key).Select(part => part.ToArray())];
        switch (parts)
        {
            case []:
                await Task.Delay(atMost, time, cancellationToken);
                return [];
            case [var single]:
                return await shards.Of(single[0].JobId.Shard).HearAsync(single, queues, atMost, cancellationToken);
            default:
                return await HearFirstAsync(parts, queues, atMost, cancellationToken);
        }
    }

    /// <summary>
    /// Waits in all shards at once and tells what comes first. One that is away keeps nobody from the others' news; who is told that none
    /// can be had has found each of them away.
    /// </summary>
    private async Task<IReadOnlyList<LeaseNews>> HearFirstAsync(
        NamedLease[][] parts, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var first = new TaskCompletionSource<IReadOnlyList<LeaseNews>>(TaskCreationOptions.RunContinuationsAsynchronously);
        int waiting = parts.Length, present = parts.Length;
        foreach (NamedLease[] part in parts)
        {
            _ = TellAsync(part, over.Token);
        }

        try
        {
            return await first.Task;
        }
        finally
        {
            over.Cancel();
        }

        async Task TellAsync(NamedLease[] part, CancellationToken token)
        {
            try
            {
                IReadOnlyList<LeaseNews> news = await HearOnceItCanAsync(part, token);
                if (Interlocked.Decrement(ref waiting) == 0 || news.Count > 0)
                {
                    first.TrySetResult(news);
                }
            }
            catch (OperationCanceledException)
            {
                first.TrySetCanceled(token);
            }
            catch (Exception exception)
            {
                first.TrySetException(exception);
            }
        }

        async Task<IReadOnlyList<LeaseNews>> HearOnceItCanAsync(NamedLease[] part, CancellationToken token)
        {
            var pause = new Pause(AwayPauses, time);
            while (true)
            {
                try
                {
                    TimeSpan left = atMost - time.GetElapsedTime(began);
                    return await shards.Of(part[0].JobId.Shard).HearAsync(
                        part, queues, left > TimeSpan.Zero ? left : TimeSpan.Zero, token);
                }
                catch (StoreUnavailableException)
                {
                    if (pause.IsFirst && Interlocked.Decrement(ref present) == 0)
                    {
                        throw;
                    }
                }

                if (time.GetElapsedTime(began) >= atMost)
                {
                    return [];
                }

                await pause.WaitAsync(token);
            }
        }
    }
}
