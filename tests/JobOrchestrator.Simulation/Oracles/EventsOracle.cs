namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I6: each change that counts in the sequence has its event in the outbox of its commit, one outbox document a commit; the broker gets
/// each at least once, none that is not stored, and the first of each in the order of the job's sequence. What is given up, for the broker
/// refuses its topic for good, counts as there. What a queue is to publish no more the broker does not get, nor anything else less. Where
/// progress is coalesced, a report may be missing that a later event has overtaken which is published, and may come late.
/// </summary>
internal sealed class EventsOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : ILedgerWatcher, IHistoryWatcher
{
    private readonly Dictionary<Guid, int> _arrived = []; // how many of a job's events are at the broker or not for it, without a gap

    private readonly List<Request> _choices = [];

    public void Asked(Request request)
    {
        if (request.Call.Verb == Verb.Choose)
        {
            _choices.Add(request);
        }
    }

    public void Committed(Commit commit)
    {
        foreach (LoggedEvent logged in commit.Events)
        {
            CheckPlace(commit, logged);
            CheckChoice(commit, logged.Event);
        }

        foreach (JobChange change in commit.Changes)
        {
            if (change.After.Sequence > (change.Job.Events.Count > 0 ? change.Job.Events[^1].Event.Sequence : 0))
            {
                Report(
                    commit,
                    change.Job.Id,
                    $"job {change.Job} is at sequence {change.After.Sequence}, and its events go up to "
                        + $"{(change.Job.Events.Count > 0 ? change.Job.Events[^1].Event.Sequence : 0)}: a change has no event");
            }
        }

        long next = commit.Shard.Head!.NextOutbox;
        if (commit.OutboxWritten.Count > 1 || (commit.OutboxWritten.Count == 1 && commit.OutboxWritten[0] != next - 1))
        {
            Report(
                commit,
                default,
                $"it writes the outbox documents {string.Join(", ", commit.OutboxWritten)}, and the head goes on with {next}");
        }
    }

    public void Published(Delivery delivery)
    {
        JobRecord? job = ledger.Find(delivery.Job);
        LoggedEvent? logged = job?.Events.FirstOrDefault(item => item.Event.Sequence == delivery.Sequence);
        if (job is null || logged is null)
        {
            Report(delivery, $"published event {delivery.Sequence} of job {delivery.Job}, which no commit has");
            return;
        }

        if (!IsPublished(logged.Event))
        {
            Report(delivery, $"published event {delivery.Sequence} ('{logged.Event.Kind}') of job {job}, whose kind is not published");
        }

        if (logged.Arrived)
        {
            return;
        }

        int next = Advance(job);
        if (next < job.Events.Count && job.Events[next].Event.Sequence < logged.Event.Sequence)
        {
            Report(
                delivery,
                $"published event {delivery.Sequence} of job {job} while event {job.Events[next].Event.Sequence} has not come to the "
                    + "broker");
        }

        logged.Arrived = true;
    }

    public void SetAside(Guid job, long sequence, bool isRefused, long step, DateTimeOffset at)
    {
        LoggedEvent? logged = ledger.Find(job)?.Events.FirstOrDefault(item => item.Event.Sequence == sequence);
        if (logged is null || !(isRefused || logged.Arrived))
        {
            verdicts.Add(
                OracleNames.Events, step, at, $"I6: event {sequence} of job {job} was given up, and its topic is none that is refused.",
                job.ToString());
            return;
        }

        logged.Arrived = true;
    }

    /// <summary>Once all is calm, the broker has them all.</summary>
    public void AtCalm(CalmState calm)
    {
        foreach (JobRecord job in ledger.Jobs)
        {
            LoggedEvent? last = job.Events.LastOrDefault(item => IsPublished(item.Event));
            if (job.Events.FirstOrDefault(item =>
                !item.Arrived && IsPublished(item.Event) && (item == last || !MayBeOvertaken(item.Event))) is { } missing)
            {
                verdicts.Add(
                    OracleNames.Events,
                    calm.Step,
                    calm.At,
                    $"I6: event {missing.Event.Sequence} ('{missing.Event.Kind}') of job {job}, committed at {missing.At:HH:mm:ss.fff} "
                        + $"in outbox document {missing.Outbox}, has never come to the broker.",
                    job.ToString());
            }
        }
    }

    private void CheckPlace(Commit commit, LoggedEvent logged)
    {
        JobRecord job = ledger.Find(logged.Event.Job)!;
        int index = 0;
        while (job.Events[index] != logged)
        {
            index++;
        }

        long before = index > 0 ? job.Events[index - 1].Event.Sequence : 0;
        if (logged.Event.Sequence != before + 1)
        {
            Report(commit, job.Id, $"the events of job {job} go from sequence {before} to {logged.Event.Sequence}");
        }
    }

    /// <summary>From the moment in which a choice is known to be made, and never against all that were asked for.</summary>
    private void CheckChoice(Commit commit, EventRead item)
    {
        Request[] asked = [.. _choices.Where(choice => choice.Call.Queue == item.Queue)];
        bool isAsked = asked.Any(choice => choice.Call.Unpublished.SequenceEqual(item.Unpublished));
        bool isChosen = asked.Any(choice => choice.Answer is { Kind: AnswerKind.Done } && choice.AnsweredStep < commit.Step);
        if (!isAsked && (isChosen || item.Unpublished.Count > 0))
        {
            Report(
                commit,
                item.Job,
                $"event {item.Sequence} of job {item.Job} says that [{string.Join(", ", item.Unpublished)}] of queue {item.Queue} are not "
                    + "published, and nobody asked for that, or something else was chosen before");
        }
    }

    /// <summary>Where the first event stands that the broker has not got and should.</summary>
    private int Advance(JobRecord job)
    {
        int next = _arrived.GetValueOrDefault(job.Id);
        while (next < job.Events.Count
            && (job.Events[next].Arrived || !IsPublished(job.Events[next].Event) || MayBeOvertaken(job.Events[next].Event)))
        {
            next++;
        }

        _arrived[job.Id] = next;
        return next;
    }

    private bool IsPublished(EventRead item) =>
        rules.PublishedKinds?.Contains(item.Kind) != false && !item.Unpublished.Contains(item.Kind);

    private bool MayBeOvertaken(EventRead item) => rules.CoalescesProgress && item.IsProgress;

    private void Report(Commit commit, Guid job, string sentence) =>
        verdicts.Add(
            OracleNames.Events,
            commit.Step,
            commit.At,
            $"I6: in commit {commit.Stamp} of {commit.Lane}, {sentence}.",
            job == default ? [] : [job.ToString()]);

    private void Report(Delivery delivery, string sentence) =>
        verdicts.Add(
            OracleNames.Events, delivery.Step, delivery.At, $"I6: {delivery.Lane} {sentence}.", delivery.Job.ToString());
}
