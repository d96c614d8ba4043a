namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// Everything that callers, workers, owners and readers of the feed have asked and been told. They write into it in the moment in which it
/// happens to them: <see cref="Ask"/> when they send, <see cref="Answer"/> when they know what became of it, or never will.
/// </summary>
internal sealed class History(IReadOnlyList<IHistoryWatcher> watchers)
{
    private readonly List<Request> _requests = [];
    private readonly HashSet<string> _workers = [];
    private long _order;

    public IReadOnlyList<Request> Requests => _requests;

    /// <summary>The place of the last that was asked or answered.</summary>
    public long Order => _order;

    /// <summary>Somebody asks. What one process asks for another (a worker of the service's own) is asked, too.</summary>
    public Request Ask(Call call, long step, DateTimeOffset at)
    {
        var request = new Request(call, ++_order, step, at);
        _requests.Add(request);
        if (call is { Verb: Verb.Lease, Worker: { } worker })
        {
            _workers.Add(worker);
        }

        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Asked(request);
        }

        return request;
    }

    /// <summary>
    /// A service that holds the shard has the request in its hands: from now on it is not the network that keeps it waiting.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="at">When.</param>
    /// <param name="lane">The service's process.</param>
    public void Arrive(Request request, DateTimeOffset at, string? lane = null)
    {
        request.ArrivedAt ??= at;
        request.ArrivedIn ??= lane;
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Arrived(request);
        }
    }

    /// <summary>The service has answered: whatever else the request waits for is the network.</summary>
    public static void Serve(Request request) => request.IsServed = true;

    /// <summary>The asker knows now.</summary>
    public void Answer(Request request, Answer answer, long step, DateTimeOffset at)
    {
        if (request.Answer is not null)
        {
            throw new InvalidOperationException($"{request} is answered twice: {request.Answer}, {answer}.");
        }

        request.IsServed = true;
        request.End(answer, step, at);
        _order++;
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Answered(request, _order);
        }
    }

    /// <summary>
    /// Whether a report on a shard could be taken: a holder that serves, runs, reaches the store and is reached by workers. Told at each
    /// change; a shard of which nothing is told counts as served.
    /// </summary>
    public void Served(int shard, bool isServed, long step, DateTimeOffset at)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Served(shard, isServed, step, at);
        }
    }

    /// <summary>What seemed to keep reports from being taken has not, all the while since then.</summary>
    public void WasServed(int shard, DateTimeOffset since)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.WasServed(shard, since);
        }
    }

    /// <summary>A process has asked the store of a shard's documents, which failed or refused it.</summary>
    public void StoreFailed(string lane, int shard)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.StoreFailed(lane, shard);
        }
    }

    /// <summary>A worker has stopped an attempt because it believes its lease to be over, or that it is to be cancelled.</summary>
    public void Stopped(Stop stop)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Stopped(stop);
        }
    }

    /// <summary>A process of the SDK's worker has a job in its hands.</summary>
    public void Holds(Holding holding)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Holds(holding);
        }
    }

    /// <summary>It stopped the attempt, because the lease is over: nothing more is to be reported.</summary>
    public void LetGo(string lane, string token)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.LetGo(lane, token);
        }
    }

    /// <summary>Its attempt has ended, and the report on that is to be made.</summary>
    /// <param name="lane">The process.</param>
    /// <param name="token">The lease; null: the process was asked to stop, and all its attempts end.</param>
    public void Ending(string lane, string? token)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Ending(lane, token);
        }
    }

    /// <summary>It tries no longer to report.</summary>
    /// <param name="lane">The process.</param>
    /// <param name="token">On which lease.</param>
    /// <param name="isStopping">It was asked to stop, and its time for that may be over.</param>
    /// <param name="step">The world's step.</param>
    /// <param name="at">The world's time.</param>
    public void GivenUp(string lane, string token, bool isStopping, long step, DateTimeOffset at)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.GivenUp(lane, token, isStopping, step, at);
        }
    }

    /// <summary>It stands still, or has just stood still.</summary>
    public void Stalled(string lane)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Stalled(lane);
        }
    }

    /// <summary>It has stopped in order, and all its attempts have ended.</summary>
    public void Drained(string lane, long step, DateTimeOffset at)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Drained(lane, step, at);
        }
    }

    /// <summary>It is over, or says itself that it leaves its leases to their end.</summary>
    public void Gone(string lane)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Gone(lane);
        }
    }

    /// <summary>The broker has taken an event, each time that it does.</summary>
    public void Published(Delivery delivery)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Published(delivery);
        }
    }

    /// <summary>A replica goes on without a job: the store does not hand it out, or takes no change of it.</summary>
    public void SetAside(Guid job)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.SetAside(job);
        }
    }

    /// <summary>A replica has given an event up.</summary>
    public void SetAside(Guid job, long sequence, bool isRefused, long step, DateTimeOffset at)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.SetAside(job, sequence, isRefused, step, at);
        }
    }

    /// <summary>An owner's handler has been called, and has not thrown.</summary>
    public void Handled(Handling handling)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Handled(handling);
        }
    }

    /// <summary>An owner died and came back without the memory of an event that it had handled.</summary>
    public void Forgot(string owner, Guid job, long sequence)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Forgot(owner, job, sequence);
        }
    }

    /// <summary>An owner says that the feed no longer had what came after its place in it.</summary>
    public void Missed(string owner)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Missed(owner);
        }
    }

    /// <summary>A reader of the feed got a page, or was told that what comes next is no longer kept.</summary>
    public void FeedRead(FeedAnswer answer)
    {
        _order++;
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.FeedRead(answer, _order);
        }
    }

    /// <summary>A wait or a stream has come to a process, which follows the job from now on.</summary>
    /// <param name="request">What somebody asks.</param>
    /// <param name="lane">The process.</param>
    /// <param name="after">The sequence of which he knows already.</param>
    public void Watching(Request request, string lane, long after = 0)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Watching(request, lane, after);
        }
    }

    /// <summary>A process sends a stream's next item.</summary>
    public void Streamed(Request request, JobSeen seen, long step, DateTimeOffset at)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.Streamed(request, seen, step, at);
        }
    }

    /// <summary>A loop of any process has ended.</summary>
    public void LoopEnded(LoopEnd end)
    {
        foreach (IHistoryWatcher watcher in watchers)
        {
            watcher.LoopEnded(end);
        }
    }

    /// <summary>Whether a worker's calls are told here at all.</summary>
    public bool Knows(string worker) => _workers.Contains(worker);
}
