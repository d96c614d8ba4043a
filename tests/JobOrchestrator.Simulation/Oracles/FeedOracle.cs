namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I6: what a reader of the feed gets is the outbox of each shard, in order, without a hole and without a repeat; or he is told, with 410,
/// that what comes next is no longer kept, and that is so.
/// </summary>
internal sealed class FeedOracle(Ledger ledger, Verdicts verdicts) : IHistoryWatcher
{
    private readonly Dictionary<string, Dictionary<int, Place>> _readers = [];

    public void FeedRead(FeedAnswer answer)
    {
        if (!_readers.TryGetValue(answer.Reader, out Dictionary<int, Place>? places) || answer.Start != FeedStart.GoesOn)
        {
            _readers[answer.Reader] = places = Begin(answer);
        }

        if (answer.IsExpired)
        {
            CheckExpired(answer, places);
            _readers.Remove(answer.Reader);
            return;
        }

        foreach ((Guid job, long sequence) in answer.Events)
        {
            LoggedEvent? logged = ledger.Find(job)?.Events.FirstOrDefault(item => item.Event.Sequence == sequence);
            if (logged is null)
            {
                Report(answer, $"was given event {sequence} of job {job}, which no commit has", job);
                continue;
            }

            CheckNext(answer, places, logged);
        }

        if (answer.IsEnd)
        {
            CheckEnd(answer, places);
        }
    }

    private Dictionary<int, Place> Begin(FeedAnswer answer)
    {
        var places = new Dictionary<int, Place>();
        foreach (LedgerShard shard in ledger.Shards)
        {
            // What comes between question and answer may be behind the reader or in front of him.
            places[shard.Number] = answer.Start == FeedStart.Now
                ? new Place(CountBefore(shard, answer.SentStep), CountBefore(shard, answer.Step + 1))
                : new Place(0, FirstKept(shard));
        }

        return places;
    }

    private void CheckNext(FeedAnswer answer, Dictionary<int, Place> places, LoggedEvent given)
    {
        Place place = places.GetValueOrDefault(given.Shard);
        LedgerShard shard = ledger.Shard(given.Shard);
        if (given.Place < place.From)
        {
            Report(
                answer,
                $"was given event {Describe(given)} of shard {shard.Number} again, after {Describe(shard.Events[place.From - 1])}",
                given.Event.Job);
            return;
        }

        for (int i = place.Sure; i < given.Place; i++)
        {
            if (IsFor(answer, shard.Events[i]))
            {
                Report(
                    answer,
                    $"was given event {Describe(given)} of shard {shard.Number}, and event {Describe(shard.Events[i])} in front of it "
                        + "never, without 410",
                    shard.Events[i].Event.Job);
                break;
            }
        }

        places[given.Shard] = new Place(given.Place + 1, given.Place + 1);
    }

    private void CheckEnd(FeedAnswer answer, Dictionary<int, Place> places)
    {
        foreach (LedgerShard shard in ledger.Shards)
        {
            Place place = places.GetValueOrDefault(shard.Number);
            int end = CountBefore(shard, answer.SentStep);
            for (int i = place.Sure; i < end; i++)
            {
                if (IsFor(answer, shard.Events[i]))
                {
                    Report(
                        answer,
                        $"came to the end of shard {shard.Number}, and was never given event {Describe(shard.Events[i])}",
                        shard.Events[i].Event.Job);
                    break;
                }
            }

            places[shard.Number] = new Place(Math.Max(place.From, end), Math.Max(place.Sure, end));
        }
    }

    private void CheckExpired(FeedAnswer answer, Dictionary<int, Place> places)
    {
        if (ledger.Shards.All(shard => places.GetValueOrDefault(shard.Number).From >= FirstKept(shard)))
        {
            Report(answer, "was answered 410, and all that is behind its place is kept", default);
        }
    }

    private static bool IsFor(FeedAnswer answer, LoggedEvent logged) =>
        (answer.Owner is null || answer.Owner == logged.Event.Owner) && (answer.Queue is null || answer.Queue == logged.Event.Queue);

    /// <summary>How many events a shard had before a step.</summary>
    private static int CountBefore(LedgerShard shard, long step)
    {
        int count = shard.Events.Count;
        while (count > 0 && shard.Events[count - 1].Step >= step)
        {
            count--;
        }

        return count;
    }

    /// <summary>The place of the oldest event that is kept.</summary>
    private static int FirstKept(LedgerShard shard)
    {
        if (shard.Head is not { } head)
        {
            return 0;
        }

        long first = head.ReadOutbox() is { Count: > 0 } kept ? kept[0].From : head.NextOutbox;
        int place = shard.Events.Count;
        while (place > 0 && shard.Events[place - 1].Outbox >= first)
        {
            place--;
        }

        return place;
    }

    private static string Describe(LoggedEvent logged) => $"{logged.Event.Job}-{logged.Event.Sequence} (outbox {logged.Outbox})";

    private void Report(FeedAnswer answer, string sentence, Guid about) =>
        verdicts.Add(
            OracleNames.Events,
            answer.Step,
            answer.At,
            $"I6: reader {answer.Reader} of the feed {sentence}.",
            about == default ? [] : [about.ToString()]);

    /// <summary>Where a reader stands in a shard.</summary>
    /// <param name="From">Nothing in front of this comes again.</param>
    /// <param name="Sure">From here on nothing is left out.</param>
    private readonly record struct Place(int From, int Sure);
}
