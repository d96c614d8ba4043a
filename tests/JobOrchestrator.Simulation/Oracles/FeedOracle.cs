namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I6: what a reader of the feed gets is the outbox of each shard, in order, without a hole and without a repeat; or he is told, with 410,
/// that what comes next is no longer kept, and that is so. Once all is calm, every reader has come to the end.
/// </summary>
internal sealed class FeedOracle(Ledger ledger, Verdicts verdicts) : IHistoryWatcher
{
    private readonly Dictionary<string, Reading> _readers = [];
    private readonly Dictionary<string, Reading> _marks = [];

    public void FeedRead(FeedAnswer answer, long order)
    {
        if (answer.Start != FeedStart.GoesOn || !_readers.TryGetValue(answer.Reader, out Reading? reading))
        {
            _readers[answer.Reader] = reading = Begin(answer);
        }

        if (answer.IsExpired)
        {
            CheckExpired(answer, reading);
            _readers.Remove(answer.Reader);
            return;
        }

        for (int i = 0; i < answer.Events.Count; i++)
        {
            Remember(answer, reading, i);
            (Guid job, long sequence) = answer.Events[i];
            if (ledger.Find(job) is { } record && record.Events.FirstOrDefault(item => item.Event.Sequence == sequence) is { } logged)
            {
                CheckNext(answer, reading, logged);
                record.Tell(order, sequence);
            }
            else
            {
                Report(answer, $"was given event {sequence} of job {job}, which no commit has", job);
            }
        }

        Remember(answer, reading, answer.Events.Count);
        if (answer.IsEnd)
        {
            CheckEnd(answer, reading);
        }
    }

    /// <summary>All is calm, and nothing happens any more: whoever reads has got it all.</summary>
    public void AtCalm(CalmState calm)
    {
        foreach ((string reader, Reading reading) in _readers)
        {
            foreach (LedgerShard shard in ledger.Shards)
            {
                if (Missed(reading, shard, shard.Events.Count) is { } missed)
                {
                    verdicts.Add(
                        OracleNames.Feed,
                        calm.Step,
                        calm.At,
                        $"I6: all is calm, and reader {reader} of the feed was never given event {Describe(missed)} of shard "
                            + $"{shard.Number}.",
                        missed.Event.Job.ToString());
                }
            }
        }
    }

    private Reading Begin(FeedAnswer answer)
    {
        if (answer.Start == FeedStart.Mark)
        {
            return _marks.TryGetValue(answer.Reader, out Reading? mark)
                ? mark.Copy()
                : throw new InvalidOperationException($"{answer.Reader} has remembered nothing.");
        }

        var reading = new Reading(answer.Owner, answer.Queue, []);
        foreach (LedgerShard shard in ledger.Shards)
        {
            // What nobody knew of may be behind the reader or in front of him.
            reading.Places[shard.Number] = answer.Start == FeedStart.Now
                ? new Place(KnownTo(answer, shard), shard.Events.Count)
                : new Place(0, FirstKept(shard));
        }

        return reading;
    }

    private void Remember(FeedAnswer answer, Reading reading, int events)
    {
        if (answer.Mark == events)
        {
            _marks[answer.Reader] = reading.Copy();
        }
    }

    private void CheckNext(FeedAnswer answer, Reading reading, LoggedEvent given)
    {
        Place place = reading.Places.GetValueOrDefault(given.Shard);
        LedgerShard shard = ledger.Shard(given.Shard);
        if (given.Place < place.From)
        {
            Report(
                answer,
                $"was given event {Describe(given)} of shard {shard.Number} again, after {Describe(shard.Events[place.From - 1])}",
                given.Event.Job);
            return;
        }

        if (Missed(reading, shard, given.Place) is { } missed)
        {
            Report(
                answer,
                $"was given event {Describe(given)} of shard {shard.Number}, and event {Describe(missed)} in front of it never, "
                    + "without 410",
                missed.Event.Job);
        }

        reading.Places[given.Shard] = new Place(given.Place + 1, given.Place + 1);
    }

    private void CheckEnd(FeedAnswer answer, Reading reading)
    {
        foreach (LedgerShard shard in ledger.Shards)
        {
            int end = KnownTo(answer, shard);
            if (Missed(reading, shard, end) is { } missed)
            {
                Report(
                    answer,
                    $"came to the end of shard {shard.Number}, and was never given event {Describe(missed)}",
                    missed.Event.Job);
            }

            Place place = reading.Places.GetValueOrDefault(shard.Number);
            reading.Places[shard.Number] = new Place(Math.Max(place.From, end), Math.Max(place.Sure, end));
        }
    }

    private void CheckExpired(FeedAnswer answer, Reading reading)
    {
        // The oldest may go between the moment in which it is looked up and the one in which it is read.
        if (answer.Start != FeedStart.Oldest
            && ledger.Shards.All(shard => reading.Places.GetValueOrDefault(shard.Number).From >= FirstKept(shard)))
        {
            Report(answer, "was answered 410, and all that is behind its place is kept", default);
        }
    }

    /// <summary>The first event in front of a place that the reader should have been given and was not.</summary>
    private static LoggedEvent? Missed(Reading reading, LedgerShard shard, int before)
    {
        for (int i = reading.Places.GetValueOrDefault(shard.Number).Sure; i < before; i++)
        {
            if (reading.Wants(shard.Events[i]))
            {
                return shard.Events[i];
            }
        }

        return null;
    }

    /// <summary>
    /// How many events of a shard whoever was asked for them must have known. Not those of the newest commit: its answer may be on its
    /// way. Nor any of which nobody has been told, or that its writer may have hidden from whoever was asked: it may be a second process
    /// of a name, whom nobody asks.
    /// </summary>
    private int KnownTo(FeedAnswer answer, LedgerShard shard)
    {
        int count = shard.Events.Count;
        while (count > 0 && shard.Events[count - 1].Step >= answer.SentStep)
        {
            count--;
        }

        long newest = count > 0 ? shard.Events[count - 1].Outbox : 0;
        while (count > 0
            && (shard.Events[count - 1].Outbox == newest
                || !IsTold(shard.Events[count - 1].Event, answer.SentOrder)
                || shard.IsBesideTheFirst(shard.Events[count - 1].Step, answer.SentStep)))
        {
            count--;
        }

        return count;
    }

    private bool IsTold(EventRead item, long order) => ledger.Find(item.Job)!.KnownAt(order) >= item.Sequence;

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
            OracleNames.Feed,
            answer.Step,
            answer.At,
            $"I6: reader {answer.Reader} of the feed {sentence}.",
            about == default ? [] : [about.ToString()]);

    /// <summary>What somebody reads, and how far he has got in each shard.</summary>
    private sealed record Reading(string? Owner, string? Queue, Dictionary<int, Place> Places)
    {
        public Reading Copy() => this with { Places = new Dictionary<int, Place>(Places) };

        public bool Wants(LoggedEvent logged) =>
            (Owner is null || Owner == logged.Event.Owner) && (Queue is null || Queue == logged.Event.Queue);
    }

    /// <summary>Where a reader stands in a shard.</summary>
    /// <param name="From">Nothing in front of this comes again.</param>
    /// <param name="Sure">From here on nothing is left out.</param>
    private readonly record struct Place(int From, int Sure);
}
