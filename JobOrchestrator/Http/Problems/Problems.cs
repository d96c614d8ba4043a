using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Http;

/// <summary>The only place where a refusal, an absent job or an exception becomes an HTTP answer.</summary>
internal static class Problems
{
    /// <summary>A body is declared as something else than JSON.</summary>
    public static Problem NotJson { get; } =
        new(ProblemType.UnsupportedMediaType, "The body has to be application/json in UTF-8.");

    /// <summary>A token that cannot be checked.</summary>
    public static Problem AuthorityAway { get; } =
        new(ProblemType.AuthorityUnavailable, "The authority does not answer. Nothing was done. Try again.")
        {
            RetryAfter = RetryAfter.WhenDown,
        };

    /// <summary>The name in <c>Host</c> is not this machine's.</summary>
    public static Problem ForeignHost(string host) => new(
        ProblemType.ForeignHost, $"'{host}' is no name of this machine, on which the service is reached. AllowedHosts names others.");

    /// <summary>One instance, so that unknown, ill-formed and foreign ids cannot be told apart.</summary>
    public static readonly Problem JobNotFound = new(ProblemType.JobNotFound, "There is no job with this id, or it is not yours to see.");

    /// <summary>A refusal as the caller hears it. What another owner's job would give away is left out.</summary>
    public static Problem Of(Refusal refusal, Caller caller, DateTimeOffset now) => refusal switch
    {
        Refusal.UnknownJob or Refusal.UnknownExternalId => JobNotFound,
        Refusal.DuplicateJob { Holder: var holder } when !caller.MaySee(holder) =>
            new(ProblemType.DuplicateJob, "The externalId or the unique key is taken by a job that is not yours to see.")
            {
                RetryAfter = RetryAfter.Seconds(holder, now),
            },
        Refusal.DuplicateJob { Holder: var holder } =>
            new(ProblemType.DuplicateJob, $"Job {holder.Id} has the externalId or the unique key.")
            {
                JobId = holder.Id,
                Location = holder.Id,
                RetryAfter = RetryAfter.Seconds(holder, now),
            },
        Refusal.KeyOfGoneJob { Holder: var gone, Until: var until } =>
            new(
                ProblemType.DuplicateJob,
                "A job that is no longer kept had the unique key, which stays taken until "
                    + $"{until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}.")
            {
                JobId = caller.IsBound ? null : gone,
                RetryAfter = RetryAfter.Seconds(until, now),
            },
        Refusal.FirstJobGone { First: var first } =>
            new(ProblemType.JobPurged, $"This request was accepted before and made job {first}, which is no longer kept.")
            {
                JobId = first,
            },
        Refusal.IdempotencyKeyReused { First: var first } =>
            new(ProblemType.IdempotencyKeyReused, "The Idempotency-Key came with another request before.")
            {
                JobId = caller.IsBound ? null : first,
            },
        Refusal.StaleLease { Job: var job } =>
            new(
                ProblemType.StaleLease,
                $"The job is {Words.Of(job.Status)} in attempt {job.Attempt}, and the token does not hold its lease.")
            { JobId = job.Id },
        Refusal.AlreadyFinished { Job: var job } =>
            new(ProblemType.AlreadyFinished, $"The job ended as {Words.Of(job.Status)}.") { JobId = job.Id },
        Refusal.NotFinished { Job: var job } => NotFinished(job, now),
        Refusal.NotWaiting { Job: var job } =>
            new(ProblemType.JobNotWaiting, $"The job is {Words.Of(job.Status)}.") { JobId = job.Id },
        Refusal.TooManyLabels { Job: var job } =>
            NotAllowed("/labels", $"At most {JobLabels.CountMax} labels; the job has {job.Labels.Count}.") with { JobId = job.Id },
        Refusal.SequenceMismatch { Job: var job } =>
            new(ProblemType.SequenceMismatch, $"The job is at sequence {job.Sequence}.") { JobId = job.Id },
        Refusal.QueueFull { Queue: var queue, Bound: var bound } =>
            new(ProblemType.QueueFull, $"Queue '{queue}' holds its {bound} waiting jobs.") { RetryAfter = RetryAfter.WhenFull },
        Refusal.BytesFull { Owner: var owner, Bound: var bound } =>
            new(
                ProblemType.QueueFull,
                $"The live jobs{(owner is null ? "" : $" of owner '{owner}'")} take their {bound} bytes. Send more once some have ended; "
                + $"{(owner is null ? "Jobs:BytesMax" : "Jobs:OwnerBytesMax")} of the service is the bound.")
            {
                RetryAfter = RetryAfter.WhenFull,
            },
        Refusal.NoRoomForState { Owner: var owner, Bound: var bound } =>
            new(
                ProblemType.QueueFull,
                $"The lease is extended, and the state is not taken: the live jobs{(owner is null ? "" : $" of owner '{owner}'")} take "
                + $"their {bound} bytes. What was saved before it stays. Send it again once some have ended; "
                + $"{(owner is null ? "Jobs:BytesMax" : "Jobs:OwnerBytesMax")} of the service is the bound.")
            {
                RetryAfter = RetryAfter.WhenFull,
            },
        Refusal.NotStorable => new(
            ProblemType.TooLarge,
            "The state store refuses this change, which it was asked for alone, and takes others; or the jobs of long ago that it names "
            + "are more than are held at one time. Send less."),
        Refusal.BatchItem { Index: var index, Why: var why } =>
            Of(why, caller, now) is var problem
                ? problem with { Index = index, Detail = $"Job {index} of the batch: {problem.Detail}" }
                : null!,
        _ => throw new UnreachableException($"No answer for {refusal.GetType().Name}."),
    };

    /// <summary>Why there is no job to show.</summary>
    public static Problem Of(JobLookup absent) => absent switch
    {
        JobLookup.Purged => new Problem(ProblemType.JobPurged, "The job was forgotten on request."),
        JobLookup.Unreadable => new Problem(
            ProblemType.JobNotFound,
            "What is stored under this id cannot be read as a job. It is left as it is, and the service's log says why."),
        _ => JobNotFound,
    };

    /// <summary>A job is to go to a queue of another shard, and its id says where it is stored.</summary>
    public static Problem StoredApart(JobId job, string queue) => new(
        ProblemType.QueueStoredApart, $"Queue '{queue}' is stored apart from the job. Cancel the job, and submit it to that queue.")
    {
        JobId = job,
    };

    public static Problem NotFinished(Job job, DateTimeOffset now, TimeSpan? left = null) =>
        new(ProblemType.JobNotFinished, $"The job is {Words.Of(job.Status)}.")
        {
            JobId = job.Id,
            RetryAfter = RetryAfter.Seconds(job, now, left)
        };

    /// <summary>Jobs that would have to come in together, and cannot.</summary>
    public static Problem MoreThanOneWrite(WriteLimits oneWrite, string instead) =>
        new(ProblemType.TooLarge, $"One write takes {oneWrite.JobsMax} jobs and {oneWrite.BytesMax} bytes. {instead}");

    /// <summary>What came from outside, or from a fault of ours. Null: nothing that is known, so it is our fault.</summary>
    public static Problem? Of(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        StoreUnavailableException =>
            new Problem(ProblemType.StoreUnavailable, "Nothing was written. Try again.") { RetryAfter = RetryAfter.WhenDown },
        OutcomeUnknownException => new Problem(
            ProblemType.OutcomeUnknown,
            "It may or may not have been written. Repeat it with the same Idempotency-Key.")
        { RetryAfter = RetryAfter.WhenDown },
        TooBusyException => new Problem(ProblemType.TooBusy, "Nothing was done. Try again.") { RetryAfter = RetryAfter.WhenFull },
        CursorExpiredException expired => new Problem(ProblemType.CursorExpired, expired.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new Problem(ProblemType.TooLarge, "The body is larger than the server takes."),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new Problem(ProblemType.RequestTimeout, "The body did not arrive in time."),
        BadHttpRequestException bad => new Problem(ProblemType.MalformedRequest, bad.Message),
        _ => null,
    };

    public static readonly Problem InternalError = new(ProblemType.InternalError, "The fault is in the service's log under this traceId.");

    /// <summary>A request that cannot be read.</summary>
    public static Problem Malformed(string detail) => new(ProblemType.MalformedRequest, detail);

    /// <summary>One value that is not allowed.</summary>
    public static Problem NotAllowed(string pointer, string message) => NotAllowed([new Violation(pointer, message)]);

    /// <summary>Values that are not allowed.</summary>
    public static Problem NotAllowed(IReadOnlyList<Violation> violations) =>
        new(ProblemType.InvalidRequest, violations switch
        {
            [{ Pointer.Length: 0 } whole] => whole.Message,
            [var one] => $"{one.Pointer}: {one.Message}",
            _ => $"{violations.Count} values are not allowed.",
        })
        {
            Errors = violations,
        };

    /// <summary>Answers with a problem document, or as the endpoint's own callers know it.</summary>
    public static Task SendAsync(HttpContext http, Problem problem)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IProblemAnswer>() is { } other)
        {
            return other.SendAsync(http, problem);
        }

        HttpResponse response = http.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = Invariant.Of(seconds);
        }

        if (problem.Location is { } job)
        {
            response.Headers.Location = Locations.OfJob(http.Request, job);
        }

        return JsonAnswer.SendAsync(
            http,
            (problem, TraceIdOf(http)),
            static (writer, state) => Write(writer, state.problem, state.Item2),
            "application/problem+json");
    }

    /// <summary>The document; also embedded where one answer tells of many outcomes.</summary>
    public static void Write(Utf8JsonWriter writer, Problem problem, string traceId)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, problem.Type.Uri);
        writer.WriteString("title"u8, problem.Type.Title);
        writer.WriteNumber("status"u8, problem.Status);
        writer.WriteString("detail"u8, problem.Detail);
        writer.WriteBoolean("retryable"u8, problem.Type.Retryable);
        if (problem.JobId is { } job)
        {
            writer.WriteString("jobId"u8, job.Value);
        }

        if (problem.Index is { } index)
        {
            writer.WriteNumber("index"u8, index);
        }

        if (problem.Error is { } error)
        {
            writer.WritePropertyName("error"u8);
            // It comes in place of a result, which is asked for by those alone who may read it.
            JobJson.WriteError(writer, error, payloads: true);
        }

        WriteViolations(writer, problem.Errors);
        WriteQueryErrors(writer, problem.QueryErrors);
        writer.WriteString("traceId"u8, traceId);
        writer.WriteEndObject();
    }

    /// <summary>The trace that the log knows this request by.</summary>
    public static string TraceIdOf(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    private static void WriteQueryErrors(Utf8JsonWriter writer, IReadOnlyList<JobQueryError> errors)
    {
        if (errors.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("queryErrors"u8);
        foreach (JobQueryError error in errors)
        {
            writer.WriteStartObject();
            writer.WriteNumber("at"u8, error.At);
            writer.WriteNumber("length"u8, error.Length);
            writer.WriteString("message"u8, error.Message);
            writer.WriteText("suggestion"u8, error.Suggestion);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteViolations(Utf8JsonWriter writer, IReadOnlyList<Violation> violations)
    {
        if (violations.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("errors"u8);
        foreach (IGrouping<string, Violation> place in violations.GroupBy(violation => violation.Pointer))
        {
            writer.WriteTexts(place.Key, place.Select(violation => violation.Message));
        }

        writer.WriteEndObject();
    }
}
