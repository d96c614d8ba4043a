namespace JobOrchestrator.Simulation.Oracles;

/// <summary>
/// I1, I9: what was said to be accepted or changed is in the ledger, written between the question and the answer; a refusal was right at
/// some moment between the two; a key gives one job.
/// </summary>
internal sealed class AnswersOracle(Ledger ledger, JudgeRules rules, Verdicts verdicts) : IHistoryWatcher
{
    private readonly Dictionary<KeyPlace, (Guid Job, DateTimeOffset At)> _answered = [];
    private readonly List<Request> _pauses = []; // and resumes

    public void Asked(Request request)
    {
        if (request.Call.Verb is Verb.Pause or Verb.Resume)
        {
            _pauses.Add(request);
        }
    }

    public void Answered(Request request, long order)
    {
        Answer answer = request.Answer!;
        switch (answer.Kind)
        {
            case AnswerKind.Accepted or AnswerKind.Replayed or AnswerKind.Existing or AnswerKind.Replaced
                when request.Call.Verb is Verb.Submit or Verb.Retry or Verb.FindLive:
                CheckSubmitted(request, answer);
                break;
            case AnswerKind.Changed or AnswerKind.Replaced:
                CheckChanged(request);
                break;
            case AnswerKind.Unchanged:
                CheckUnchanged(request);
                break;
            case AnswerKind.Extended:
                CheckExtended(request);
                break;
            case AnswerKind.Leased:
                CheckLeased(request, answer);
                break;
            case AnswerKind.Done when request.Call is { Verb: Verb.Pause or Verb.Resume, Queue: { } queue, Shard: { } shard }:
                CheckPaused(request, queue, shard);
                break;
            case AnswerKind.Forgotten when request.Call.Job is { } job && ledger.Find(job) is not { Gone.Purged: true }:
                Report(request, $"job {job} is not forgotten in the ledger", job);
                break;
            case AnswerKind.Refused:
                if (WhyWrong(request, answer) is { } wrong)
                {
                    Report(request, wrong, request.Call.Job ?? default);
                }

                break;
        }

        foreach (JobSeen seen in answer.Jobs)
        {
            CheckSeen(request, seen);
            if (seen.Sequence > 0)
            {
                ledger.Find(seen.Id)?.Tell(order, seen.Sequence);
            }
        }
    }

    private void CheckPaused(Request request, string queue, int shard)
    {
        // What one command of a batch sets and the next sets back is never stored.
        bool paused = request.Call.Verb == Verb.Pause;
        bool isSetBack = _pauses.Exists(other =>
            other.Call.Queue == queue && other.Call.Verb != request.Call.Verb
            && other.SentStep <= request.AnsweredStep && (other.IsOpen || other.AnsweredStep >= request.SentStep)
            && other.Answer is not { SaysNothingWritten: true });
        if (!isSetBack && !ledger.Shard(shard).WasPaused(queue, paused, request.SentStep, request.AnsweredStep))
        {
            Report(request, $"queue {queue} was {(paused ? "never paused" : "paused all the while")} in the ledger");
        }
    }

    private void CheckSubmitted(Request request, Answer answer)
    {
        for (int i = 0; i < answer.Jobs.Count; i++)
        {
            JobSeen seen = answer.Jobs[i];
            AnswerKind kind = seen.Kind ?? answer.Kind;
            JobRecord? job = ledger.Find(seen.Id);
            if (job?.FirstStep is not { } first)
            {
                Report(request, $"no commit has job {seen.Id}: it was never stored, or is lost", seen.Id);
                continue;
            }

            if (kind == AnswerKind.Accepted && (first < request.SentStep || first > request.AnsweredStep))
            {
                Report(
                    request,
                    $"job {seen.Id} came to be at step {first}, outside of {request.SentStep} to {request.AnsweredStep}",
                    seen.Id);
            }

            if (i < request.Call.Submissions.Count && request.Call.Submissions[i] is var submission)
            {
                if (kind == AnswerKind.Accepted && submission.Id is { } chosen && chosen != seen.Id)
                {
                    Report(request, $"job {seen.Id} is accepted, and {chosen} was submitted", seen.Id);
                }

                CheckOneJob(request, submission, kind, job);
            }
        }
    }

    /// <summary>Two answers to one idempotency key, within its time, name one job.</summary>
    private void CheckOneJob(Request request, Submission submission, AnswerKind kind, JobRecord job)
    {
        if (submission.IdempotencyKey is not { } key || kind is not (AnswerKind.Accepted or AnswerKind.Replayed))
        {
            return;
        }

        var place = new KeyPlace(submission.Queue, submission.Owner, key);
        if (_answered.TryGetValue(place, out (Guid Job, DateTimeOffset At) before) && before.Job != job.Id
            && ledger.Find(before.Job)?.Versions.LastOrDefault(version => version.IdempotencyKey == key)
                is { IdempotencyUntil: { } until }
            && until - rules.ClockError > request.AnsweredAt)
        {
            Report(
                request,
                $"idempotency key {key} gives job {job.Id}, and gave {before.Job} before, until {until:HH:mm:ss}",
                job.Id,
                before.Job);
        }

        _answered[place] = (job.Id, request.AnsweredAt!.Value);
    }

    private void CheckChanged(Request request)
    {
        if (request.Call.Job is not { } id)
        {
            return;
        }

        if (request.Call.ToQueue is { } queue && request.Answer is { Jobs: [{ Queue: { } shown }] } && shown != queue)
        {
            Report(request, $"job {id} was to go to queue {queue}, and is in {shown}", id);
        }

        if (ledger.Find(id) is not { } job)
        {
            Report(request, $"no commit has job {id}", id);
        }
        else if (job.Current is not null
            && !job.Versions.Any(version =>
                version.Step >= request.SentStep && version.Step <= request.AnsweredStep && Shows(version, request)))
        {
            Report(
                request,
                $"no version of job {id} stored between question and answer shows it; the last is {Describe(job.Current)}",
                id);
        }
    }

    private void CheckUnchanged(Request request)
    {
        if (request.Call.Job is { } id && ledger.Find(id) is { Current: { } current } job
            && !job.Versions.Any(version => version.Step <= request.AnsweredStep && Shows(version, request)))
        {
            Report(request, $"no version of job {id} shows that it was done before; the last is {Describe(current)}", id);
        }
    }

    private void CheckExtended(Request request)
    {
        if (request.Call is { Job: { } id, Token: { } token } && ledger.Find(id) is { Current: { } current } job
            && !job.Within(request.SentStep, request.AnsweredStep).Any(version => version.Token == token))
        {
            Report(request, $"the token {token} was not in force of job {id}: the last version is {Describe(current)}", id);
        }
    }

    private void CheckLeased(Request request, Answer answer)
    {
        foreach (JobSeen seen in answer.Jobs)
        {
            JobRecord? job = ledger.Find(seen.Id);
            if (seen.Queue is { } queue && request.Call.Queues.Count > 0 && !request.Call.Queues.Contains(queue))
            {
                string asked = string.Join(", ", request.Call.Queues);
                Report(request, $"job {seen.Id} is of queue {queue}, and only {asked} were asked for", seen.Id);
            }

            // The same commit may have ended the attempt: a cancel at once, a new submission in its place.
            bool isStored = job?.Versions.Any(version =>
                version.Step >= request.SentStep && version.Step <= request.AnsweredStep
                && (version.Token == seen.Token || (seen.Token is { } token && version.OutcomeOf(token) is not null))) == true;
            if (job is null || (job.Current is not null && !isStored))
            {
                Report(request, $"no version of job {seen.Id} stored in between has the lease {seen.Token}", seen.Id);
            }
        }
    }

    /// <summary>An answer shows a job as it is or was in the ledger, in all that it says.</summary>
    private void CheckSeen(Request request, JobSeen seen)
    {
        if (seen.Sequence == 0 || ledger.Find(seen.Id) is not { } job)
        {
            return;
        }

        EventRead? told = seen.Sequence <= job.Events.Count ? job.Events[(int)seen.Sequence - 1].Event : null;
        if (told is null || told.Status != seen.Status || told.Attempt != seen.Attempt || (seen.Queue ?? told.Queue) != told.Queue)
        {
            string stored = told is null
                ? $"goes up to {job.Events.Count}"
                : $"has {told.Status}, attempt {told.Attempt}, queue {told.Queue} there";
            Report(
                request,
                $"it shows job {seen.Id} as {seen.Status}, attempt {seen.Attempt}, queue {seen.Queue}, at sequence {seen.Sequence}; "
                    + $"the ledger {stored}",
                seen.Id);
        }

        if (request.Call.Verb is Verb.Lease or Verb.Read or Verb.List
            && job.Versions.FirstOrDefault(version => version.Sequence == seen.Sequence) is { } shown
            && shown.InputBytes != seen.InputBytes)
        {
            string input = seen.InputBytes is { } bytes ? $"with an input of {bytes} bytes" : "without its input";
            Report(request, $"it shows job {seen.Id} {input}; the ledger has {shown.InputBytes} bytes", seen.Id);
        }
    }

    /// <summary>Whether a version shows what a caller was told that he had done.</summary>
    private static bool Shows(JobVersion version, Request request) => request.Call switch
    {
        { Verb: Verb.Complete or Verb.Requeue, Token: { } token } => version.OutcomeOf(token) == "Completed",
        { Verb: Verb.Fail, Token: { } token } => version.OutcomeOf(token) is "Failed" or "Cancelled",
        { Verb: Verb.Release, Token: { } token } => version.OutcomeOf(token) is "Released" or "Cancelled",
        { Verb: Verb.Reschedule, Token: { } token } => version.OutcomeOf(token) is "Replaced" or "Cancelled",
        { Verb: Verb.Cancel } => version.CancelRequested || version.Status == Standing.Cancelled || IsReplacedSince(version, request),
        { Verb: Verb.Retry } => version.RetriedAs is not null,
        _ => true,
    };

    /// <summary>
    /// The commit that asked its attempt to end is the one in which a new submission took its place: that is what is stored.
    /// </summary>
    private static bool IsReplacedSince(JobVersion version, Request request) =>
        version.AttemptNumbered(version.Attempt)?.Outcome == "Replaced"
        && request.Answer is { Jobs: [{ Sequence: var told }] } && told < version.Sequence;

    /// <summary>Why a refusal was right at no moment between question and answer; null: it was.</summary>
    private string? WhyWrong(Request request, Answer answer)
    {
        Call call = request.Call;
        JobRecord? job = call.Job is { } id ? ledger.Find(id) : null;
        List<JobVersion> versions = job is null ? [] : [.. job.Within(request.SentStep, request.AnsweredStep)];
        return answer.Refusal switch
        {
            RefusalKind.UnknownJob when job is { Current: { } current } && WasThere(job, request) =>
                $"job {job.Id} was there all the while: {Describe(current)}",
            RefusalKind.StaleLease when call.Token is { } token && versions.Count > 0 && versions.TrueForAll(v => v.Token == token) =>
                $"the token {token} was in force of job {job} all the while",
            RefusalKind.AlreadyFinished when versions.Count > 0 && !versions.Exists(version => version.Status.IsFinal()) =>
                $"job {job} had not finished: {Describe(versions[0])}",
            RefusalKind.NotFinished when versions.Count > 0 && versions.TrueForAll(version => version.Status.IsFinal()) =>
                $"job {job} had finished: {Describe(versions[0])}",
            RefusalKind.NotWaiting when versions.Count > 0 && versions.TrueForAll(version => version.Status == Standing.New) =>
                $"job {job} waited all the while: {Describe(versions[0])}",
            RefusalKind.SequenceMismatch when versions.Count > 0 && versions.TrueForAll(version => version.Sequence == call.IfSequence) =>
                $"job {job} was at sequence {call.IfSequence} all the while",
            RefusalKind.Duplicate when answer.RefusedItem < call.Submissions.Count =>
                WhyNoDuplicate(call.Submissions[answer.RefusedItem], call.Submissions, request),
            RefusalKind.KeyReused when answer.RefusedItem < call.Submissions.Count
                && call.Submissions[answer.RefusedItem] is var submission
                && !ledger.Jobs.Any(other => other.Versions.Any(
                    version => version.IdempotencyKey == submission.IdempotencyKey && version.Owner == submission.Owner)) =>
                $"no job has the idempotency key {submission.IdempotencyKey}",
            RefusalKind.FirstGone when answer.RefusedItem < call.Submissions.Count =>
                WhyNotGone(call.Submissions[answer.RefusedItem], request),
            RefusalKind.UnknownExternalId when ledger.Jobs.FirstOrDefault(other => HadAllTheWhile(other, call, request)) is { } holder =>
                $"job {holder} had the external id {call.ExternalId} all the while",
            _ => null,
        };
    }

    private string? WhyNotGone(Submission submission, Request request)
    {
        List<JobRecord> had = [
            .. ledger.Jobs.Where(job => job.Versions.Any(version => version.IdempotencyKey == submission.IdempotencyKey
                && version.Queue == submission.Queue && version.Owner == submission.Owner)),
        ];
        return had.Count == 0 ? $"no job has the idempotency key {submission.IdempotencyKey}"
            : had.TrueForAll(job => WasThere(job, request)) ? $"job {had[0]}, which has the key, was there all the while"
            : null;
    }

    /// <summary>Whether a job was stored, and neither purged nor past its time by any clock, from question to answer.</summary>
    private bool WasThere(JobRecord job, Request request) =>
        job.FirstStep < request.SentStep && job.Gone is null && !(job.Current!.ExpiresAt - rules.ClockError <= request.AnsweredAt);

    private static bool HadAllTheWhile(JobRecord job, Call call, Request request)
    {
        List<JobVersion> versions = [.. job.Within(request.SentStep, request.AnsweredStep)];
        return job.FirstStep < request.SentStep && versions.TrueForAll(version =>
            version.ExternalId == call.ExternalId && version.Queue == call.Queue && !version.Status.IsFinal());
    }

    private string? WhyNoDuplicate(Submission submission, IReadOnlyList<Submission> together, Request request)
    {
        if (submission.ExternalId is null && submission.UniqueKey is null)
        {
            return "it has no key that could be taken";
        }

        // Jobs of one batch may be in each other's way.
        bool isTaken = ledger.Jobs.Any(job =>
                job.Within(request.SentStep, request.AnsweredStep).Any(version => Holds(version, submission, request))
                || job.Versions.Any(version => HasPromised(version, submission, request))
                || MayHavePromisedUnseen(job, submission))
            || together.Any(other => !ReferenceEquals(other, submission)
                && other.Queue == submission.Queue && other.Owner == submission.Owner
                && ((submission.ExternalId is not null && other.ExternalId == submission.ExternalId)
                    || (submission.UniqueKey is not null && other.UniqueKey == submission.UniqueKey)));
        return isTaken ? null : $"nobody had its key {submission.ExternalId ?? submission.UniqueKey} in queue {submission.Queue}";
    }

    private static bool Holds(JobVersion version, Submission submission, Request request) =>
        version.Queue == submission.Queue && version.Owner == submission.Owner
        && ((version.ExternalId is not null && version.ExternalId == submission.ExternalId && !version.Status.IsFinal())
            || (version.UniqueKey is not null && version.UniqueKey == submission.UniqueKey
                && (!version.Status.IsFinal() || version.CreatedAt.AddSeconds((version.UniqueSeconds ?? 0) + 60) > request.SentAt)));

    /// <summary>Another submission may have taken the place of the one that said so: its key stays taken for its window.</summary>
    private static bool HasPromised(JobVersion version, Submission submission, Request request) =>
        version.Step <= request.AnsweredStep && version.Queue == submission.Queue && version.Owner == submission.Owner
        && version is { UniqueKey: not null, UniqueSeconds: { } seconds } && version.UniqueKey == submission.UniqueKey
        && version.CreatedAt.AddSeconds(seconds + 60) > request.SentAt;

    /// <summary>One commit may take several submissions for one job, each in the place of the last: only that is stored.</summary>
    private static bool MayHavePromisedUnseen(JobRecord job, Submission submission)
    {
        long before = 0;
        foreach (JobVersion version in job.Versions)
        {
            bool isJump = version.Sequence > before + 1;
            before = version.Sequence;
            if (isJump && version.Queue == submission.Queue && version.Owner == submission.Owner
                && version.UniqueKey is not null && version.UniqueKey == submission.UniqueKey)
            {
                return true;
            }
        }

        return false;
    }

    private static string Describe(JobVersion version) =>
        $"{version.Status}, attempt {version.Attempt}, sequence {version.Sequence}, of {version.Stamp}, token {version.Token ?? "none"}"
        + (version.ExpiresAt is { } expiry ? $", kept until {expiry:HH:mm:ss.fff}" : "");

    private void Report(Request request, string sentence, params IReadOnlyList<Guid> about) =>
        verdicts.Add(
            OracleNames.Answers,
            request.AnsweredStep,
            request.AnsweredAt!.Value,
            $"{request} was answered {request.Answer}, but {sentence}.",
            [.. about.Where(id => id != default).Select(id => id.ToString())]);
}
