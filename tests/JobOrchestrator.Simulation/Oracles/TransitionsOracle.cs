namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I2, I5: each job goes from status to status as the picture says, never leaves a final one, and counts its attempts and its sequence up
/// by one. A commit can hold several steps of one job: its events tell them, and its document shows the last.
/// </summary>
internal sealed class TransitionsOracle(Verdicts verdicts) : ILedgerWatcher
{
    public void Committed(Commit commit)
    {
        foreach (JobChange change in commit.Changes)
        {
            Check(commit, change);
        }
    }

    private void Check(Commit commit, JobChange change)
    {
        (JobRecord job, JobVersion? before, JobVersion after) = change;
        if ((after.Status == Standing.InProgress) != (after.Token is not null))
        {
            Report(commit, job, $"is {after.Status} {(after.Token is null ? "without" : "with")} a lease");
        }

        if (before?.InputBytes > 0 && after.InputBytes == 0)
        {
            Report(commit, job, $"had an input of {before.InputBytes} bytes and has none now");
        }

        if (before is not null && before.Status.IsFinal() && IsOtherwise(before, after))
        {
            Report(commit, job, $"I2: was {Describe(before)} and final, and is {Describe(after)} now");
            return;
        }

        List<EventRead> told = [.. Deeds.EventsOf(change)];
        (Standing? status, int attempt, long sequence) = StartOf(change, told.Count);
        string? queue = before?.Queue;
        foreach (EventRead step in told)
        {
            if (step.Before != status)
            {
                Report(commit, job, $"was {step.Before} before sequence {step.Sequence} by its event, and {status} by the ledger");
            }

            if (!IsInThePicture(status, step.Status))
            {
                Report(commit, job, $"went from {status?.ToString() ?? "nothing"} to {step.Status} at sequence {step.Sequence}");
            }

            int expected = status == Standing.New && step.Status == Standing.InProgress ? attempt + 1 : attempt;
            if (step.Attempt != expected)
            {
                Report(commit, job, $"I5: went from attempt {attempt} to {step.Attempt} at sequence {step.Sequence}, not to {expected}");
            }

            if (step.Sequence != sequence + 1)
            {
                Report(commit, job, $"went from sequence {sequence} to {step.Sequence}");
            }

            if (step.Kind != KindOf(status, step.Status))
            {
                Report(commit, job, $"was told of as '{step.Kind}' when it went from {status} to {step.Status}");
            }

            if (queue is not null && step.Queue != queue && !(status == Standing.New && step.Status == Standing.New))
            {
                Report(commit, job, $"went from queue {queue} to {step.Queue} as it went from {status} to {step.Status}");
            }

            (status, attempt, sequence, queue) = (step.Status, step.Attempt, step.Sequence, step.Queue);
        }

        if (queue is not null && after.Queue != queue)
        {
            Report(commit, job, $"is in queue {after.Queue} by its document, and in {queue} by what was told of it");
        }

        if (status is not null && (after.Status != status || after.Attempt != attempt || after.Sequence != sequence))
        {
            Report(
                commit,
                job,
                $"is {Describe(after)} by its document, and {status}, attempt {attempt}, sequence {sequence} by its events");
        }
    }

    /// <summary>What the job was before the commit: what memory alone knew of it is known by its events.</summary>
    private static (Standing? Status, int Attempt, long Sequence) StartOf(JobChange change, int toldNow)
    {
        if (change.Before is { } before)
        {
            return (before.Status, before.Attempt, before.Sequence);
        }

        int earlier = change.Job.Events.Count - toldNow;
        return earlier > 0 && change.Job.Events[earlier - 1].Event is var last
            ? (last.Status, last.Attempt, last.Sequence)
            : (null, 0, 0);
    }

    private static bool IsOtherwise(JobVersion before, JobVersion after) =>
        before.Status != after.Status
        || before.Attempt != after.Attempt
        || before.Sequence != after.Sequence
        || before.Queue != after.Queue
        || before.Labels.Count != after.Labels.Count
        || before.Labels.Any(label => after.Labels.GetValueOrDefault(label.Key) != label.Value)
        || before.ResultHash != after.ResultHash
        || before.InputBytes != after.InputBytes
        || before.FinishedAt != after.FinishedAt
        || before.ExpiresAt != after.ExpiresAt;

    private static bool IsInThePicture(Standing? from, Standing to) => (from, to) switch
    {
        (null, Standing.New) => true,
        (Standing.New, Standing.New or Standing.InProgress or Standing.Cancelled) => true,
        (Standing.InProgress, _) => true,
        _ => false,
    };

    private static string KindOf(Standing? from, Standing to) => to switch
    {
        Standing.Completed => "completed",
        Standing.Failed => "failed",
        Standing.Cancelled => "cancelled",
        _ => from is null ? "created" : "updated",
    };

    private static string Describe(JobVersion version) => $"{version.Status}, attempt {version.Attempt}, sequence {version.Sequence}";

    private void Report(Commit commit, JobRecord job, string sentence) =>
        verdicts.Add(
            OracleNames.Transitions,
            commit.Step,
            commit.At,
            $"In commit {commit.Stamp} of {commit.Lane} job {job} {sentence}.",
            job.ToString());
}
