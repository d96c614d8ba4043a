using JobOrchestrator.Simulation.Models;
using JobOrchestrator.Simulation.Oracles;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>Follows what each process does with each shard, and notes what had to be true somewhere.</summary>
/// <param name="reached">Hears of it.</param>
/// <param name="isStopping">Whether a process was asked to stop.</param>
internal sealed class Phases(Reached reached, Func<Lane, bool> isStopping)
{
    private readonly Dictionary<Lane, Dictionary<string, Work>> _work = [];
    private readonly Dictionary<string, Lane> _holders = [];

    /// <summary>What a process does with a shard, or with the store as a whole.</summary>
    public Phase Of(Lane lane, string partition)
    {
        Phase phase = _work.GetValueOrDefault(lane)?.GetValueOrDefault(partition)?.Phase ?? Phase.Asking;
        return isStopping(lane) ? Phase.Stopping : phase;
    }

    /// <summary>All that a process does.</summary>
    public IReadOnlySet<Phase> Of(Lane lane) => _work.TryGetValue(lane, out Dictionary<string, Work>? work) && work.Count > 0
        ? work.Keys.Select(partition => Of(lane, partition)).ToHashSet()
        : new HashSet<Phase> { Of(lane, string.Empty) };

    /// <summary>A process sends a request.</summary>
    public void Sent(Lane lane, StoreCall call)
    {
        if (!IsShard(call.Partition))
        {
            return;
        }

        Work work = WorkOf(lane, call.Partition);
        bool isHead = call.Key == call.Partition;
        switch (work.Phase)
        {
            case Phase.Asking when isHead && call.IsWrite:
                work.Phase = Phase.Taking;
                work.HasRead = false;
                break;
            case Phase.Taking when isHead && !call.IsWrite:
                // Once, for its own ETag; if it has not got the shard it begins anew by looking at it.
                work.Phase = work.HasRead ? Phase.Asking : Phase.Taking;
                work.HasRead = true;
                break;
            case Phase.Taking or Phase.Redoing when !isHead:
                // Only what is redone is written now, and only that begins with events.
                bool isRedone = call.IsWrite || DocumentKey.Parse(call.Key).Kind == DocumentKind.Outbox;
                work.Phase = isRedone ? Phase.Redoing : Phase.Loading;
                break;
            case Phase.Serving or Phase.Committing when call.IsWrite:
                work.Phase = Phase.Committing;
                work.IsStored = false;
                break;
        }
    }

    /// <summary>A request was answered.</summary>
    public void Heard(Lane lane, StoreCall call, bool isWell)
    {
        if (!IsShard(call.Partition))
        {
            return;
        }

        Work work = WorkOf(lane, call.Partition);
        if (work.Phase == Phase.Redoing && call.IsWrite && isWell)
        {
            reached.Met(Sometimes.Redone);
        }
        else if (work.Phase == Phase.Committing && call.IsWrite)
        {
            work.Phase = isWell ? Phase.Serving : Phase.Settling;
        }
        else if (work.Phase == Phase.Settling && call.Kind == "get" && call.Key == call.Partition && isWell)
        {
            work.Phase = Phase.Serving;
            reached.Met(work.IsStored ? Sometimes.SettledAsDone : Sometimes.SettledAsNotDone);
        }
    }

    /// <summary>The store has changed.</summary>
    public void Applied(AppliedWrites writes)
    {
        // A second process of a name has that of the first, and only one of them wrote.
        bool isOfTheDead = _work.Keys.All(lane => lane.Name != writes.Lane || lane.IsDead);
        foreach ((Lane lane, Dictionary<string, Work> work) in _work)
        {
            if (lane.Name != writes.Lane)
            {
                continue;
            }

            foreach (AppliedWrite write in writes.Writes)
            {
                if (work.TryGetValue(write.Key, out Work? shard))
                {
                    shard.IsStored = true;
                    if (isOfTheDead)
                    {
                        reached.Met(Sometimes.StoredByTheDead);
                    }
                }
            }
        }
    }

    /// <summary>A process has written a line to its log.</summary>
    public void Logged(Lane lane, EventId line, int? shard)
    {
        if (shard is not { } number)
        {
            return;
        }

        string partition = $"shard-{number}";
        Work work = WorkOf(lane, partition);
        switch (line.Id, line.Name)
        {
            case (_, "LogHeld"):
                work.Phase = Phase.Serving;
                Take(lane, partition);
                break;
            case (_, "LogElsewhere" or "LogFailed" or "LogUnreached" or "LogGivenUp" or "LogLostInLoad") or (10, "LogLost"):
                work.Phase = Phase.Asking;
                break;
        }
    }

    private void Take(Lane lane, string partition)
    {
        if (_holders.TryGetValue(partition, out Lane? before) && before != lane)
        {
            bool isSameName = NameOf(before) == NameOf(lane);
            reached.Met(
                before.IsFrozen ? Sometimes.TakenFromOneThatStands
                : !before.IsDead ? Sometimes.TakenFromOneThatRuns
                : isSameName ? Sometimes.TakenAgain
                : Sometimes.TakenFromTheDead);
        }

        _holders[partition] = lane;
    }

    private Work WorkOf(Lane lane, string partition)
    {
        if (!_work.TryGetValue(lane, out Dictionary<string, Work>? work))
        {
            _work[lane] = work = [];
        }

        if (!work.TryGetValue(partition, out Work? shard))
        {
            work[partition] = shard = new Work();
        }

        return shard;
    }

    private static string NameOf(Lane lane) => lane.Name.Split('#')[0];

    private static bool IsShard(string partition) => partition.StartsWith("shard-", StringComparison.Ordinal);

    private sealed class Work
    {
        public Phase Phase { get; set; } = Phase.Asking;

        /// <summary>It has read the head after it had written it.</summary>
        public bool HasRead { get; set; }

        /// <summary>What was sent last is in the store.</summary>
        public bool IsStored { get; set; }
    }
}
