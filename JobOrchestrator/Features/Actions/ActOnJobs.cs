using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Actions;

/// <summary>
/// <c>POST /jobs/actions</c>: counts the jobs that a query finds, or does one thing to each of them: 500 of them and a few seconds at
/// most, then <c>next</c> says where to go on. What was done stays done, and doing it again changes nothing.
/// </summary>
internal static class ActOnJobs
{
    /// <summary>Most jobs that one request changes.</summary>
    public const int JobsMax = 500;

    // As many at once as share a few commits.
    private const int PageSize = 100;

    private const int MarkQueryMax = 160;

    // Jobs come and go between the look and the act: a twentieth more may match, and never more than so many. While it is done, so many at
    // least.
    private const int MoreMax = 20;

    private static readonly TimeSpan CountWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookMin = TimeSpan.FromMilliseconds(100);

    public static async Task HandleAsync(HttpContext http, Api api, MarkBook marks)
    {
        ActionRequest ask;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            ask = ActionRequest.Read(body.Utf8.Span, api, Query.Flag(http.Request, "dryRun"));
        }

        http.Response.Headers.CacheControl = "no-store";
        Caller caller = ApiKeys.CallerOf(http);
        if (ask.IsDryRun)
        {
            var search = SearchRequest.Of(ask.Query, ask.Zone, caller, api.Now, api.Shards);
            JobCount count = await JobCount.OfAsync(api.Shards, search, api.Time, CountWithin, http.RequestAborted);
            await JsonAnswer.SendAsync(
                http,
                (count, search.Test, caller),
                static (writer, answer) => Write(writer, answer.count, answer.Test, answer.caller));
            return;
        }

        if (!caller.MayChangeJobs)
        {
            throw new ProblemException(new Problem(ProblemType.Forbidden, "This key may look at jobs and not change them."));
        }

        (ActionRecord record, Part part) = await GoAsync(http, api, ask, caller, marks);
        await JsonAnswer.SendAsync(http, (record, part), static (writer, answer) => Write(writer, answer.record, answer.part));
    }

    private static async Task<(ActionRecord Record, Part Part)> GoAsync(
        HttpContext http, Api api, ActionRequest ask, Caller caller, MarkBook marks)
    {
        var log = ActionLog.Of(http);
        string mark = ask.MarkFor(caller);
        DateTimeOffset now = api.Now;
        ActionCursor? at = ask.Cursor is null ? null
            : ActionCursor.Read(ask.Cursor, mark, now)
                ?? throw new ProblemException(Problems.Malformed("/cursor: expected one from an earlier answer to the same action."));
        if (at is not null && ask.Id is { } said && said != at.Id)
        {
            throw new ProblemException(Problems.NotAllowed("/id", "The cursor is another action's."));
        }

        Guid id = at?.Id ?? ask.Id ?? log.NewId(now);
        ActionRecord? record = log.Find(id);
        if (record is not null && record.Told.Mark != mark)
        {
            throw new ProblemException(Problems.NotAllowed("/id", "Another action has this id."));
        }

        bool isNew = record is null;
        DateTimeOffset start = at?.Start ?? record?.Told.At ?? now;
        var search = SearchRequest.Of(ask.Query, ask.Zone, caller, start, api.Shards);
        int matched = at?.Matched ?? record?.Told.Matched ?? await CountAsync(http, api, search, ask.Expect!.Value);
        record ??= log.Begin(id, ActionTold.Of(ask.Action, start, caller) with
        {
            Reason = ask.Reason,
            Query = ask.Text,
            Queue = ask.Queue,
            Labels = ask.Labels,
            Matched = matched,
            Mark = mark,
        });
        if (record.Told.Mark != mark)
        {
            // It has come at the same time.
            throw new ProblemException(Problems.NotAllowed("/id", "Another action has this id."));
        }

        // An earlier request did something, and what is known of it went with its process.
        if (isNew && at is { Seen: > 0 } or { Place: ActionCursor.Beginning })
        {
            record.LoseSteps(areUnknown: true);
        }

        try
        {
            return (record, await DoAsync(http, api, ask, caller, search, record, at));
        }
        finally
        {
            log.BoundSteps();
            if (isNew)
            {
                log.Tell(record);
                if (record.Standing.Done > 0)
                {
                    string? query = record.Told.QueryOf(MarkQueryMax);
                    marks.Add(new Mark(start, MarkKind.Action, record.Told.InBrief, caller.Name, null, query));
                }
            }
        }
    }

    /// <summary>Counts once more.</summary>
    /// <exception cref="ProblemException">409: so many more match that others may be meant.</exception>
    private static async Task<int> CountAsync(HttpContext http, Api api, SearchRequest search, int expect)
    {
        JobCount count = await JobCount.OfAsync(api.Shards, search, api.Time, CountWithin, http.RequestAborted);
        return count.Count <= Allowed(expect) ? count.Count : throw TooMany(
            $"{(count.IsExact ? "" : "At least ")}{count.Count} jobs match, and {expect} were counted. Nothing was done.");
    }

    private static ProblemException TooMany(string detail) => new(new Problem(ProblemType.ChangedSinceCounted, detail));

    /// <summary>How many may match where so many were expected. Whoever expects as many as are ever counted means all.</summary>
    private static long Allowed(int expect) =>
        expect >= JobCount.Most ? long.MaxValue : expect + Math.Min(MoreMax, expect / 20);

    /// <summary>How many may match once it is begun: a few that were none of them, such as running ones, end meanwhile.</summary>
    private static long AllowedBy(int matched) => matched + Math.Max(MoreMax, matched / 20);

    private static async Task<Part> DoAsync(
        HttpContext http, Api api, ActionRequest ask, Caller caller, SearchRequest search, ActionRecord record, ActionCursor? at)
    {
        long began = api.Time.GetTimestamp();
        var acts = new JobActs(api, caller);
        var part = new Part();
        string? place = at?.Place is null or ActionCursor.Beginning ? null : at.Place;
        int seen = at?.Seen ?? 0, matched = at?.Matched ?? record.Told.Matched ?? 0, tried = 0;
        do
        {
            JobPage page = await PageAsync(http, api, search, place, Math.Min(PageSize, JobsMax - tried), began);
            bool isBegun = seen > 0 || record.Standing.Done > 0;
            long allowed = isBegun ? Math.Max(Allowed(ask.Expect ?? 0), AllowedBy(matched)) : Allowed(ask.Expect ?? 0);
            if (page.Jobs.Count > 0 && (long)seen + page.Jobs.Count > allowed)
            {
                // Where not all were counted, it shows only now. What was done in this very request is told first.
                return tried > 0 ? part with { Next = CursorAt(place) } : throw TooMany(
                    $"More jobs match than the {ask.Expect} that were counted. {seen} were tried, and nothing was done since.");
            }

            Exception? failure = await DoAsync(api, ask, acts, page.Jobs, record, part);
            if (failure is OutcomeUnknownException || (failure is not null && part.Done == 0))
            {
                throw failure;
            }

            if (failure is not null)
            {
                // What was done is told; the next request tries the rest of this page, or says what is wrong.
                return part with { Next = CursorAt(place ?? ActionCursor.Beginning) };
            }

            (tried, seen, place) = (tried + page.Jobs.Count, seen + page.Jobs.Count, page.Cursor);
            http.RequestAborted.ThrowIfCancellationRequested();
        }
        while (place is not null && tried < JobsMax && api.Time.GetElapsedTime(began) < Within && !api.Stopping.IsCancellationRequested);

        if (place is null)
        {
            record.End();
        }

        return part with { Next = CursorAt(place) };

        string? CursorAt(string? of) => of is null
            ? null
            : new ActionCursor(record.Id, record.Told.At, matched, seen, of).ToText(record.Told.Mark);
    }

    private static async Task<JobPage> PageAsync(
        HttpContext http, Api api, SearchRequest search, string? place, int limit, long began)
    {
        TimeSpan left = Within - api.Time.GetElapsedTime(began);
        SearchRequest some = search with { Filter = search.Filter with { Within = left > LookMin ? left : LookMin } };
        try
        {
            return await new JobSearch(api.Shards, some) { IsInOrder = true }.PageAsync(place, limit, http.RequestAborted);
        }
        catch (FormatException)
        {
            throw new ProblemException(Problems.Malformed("/cursor: expected one from an earlier answer to the same action."));
        }
    }

    /// <summary>Does it to the jobs of a page, and notes what came of it.</summary>
    /// <returns>What kept it from being done to all; null: nothing.</returns>
    private static async Task<Exception?> DoAsync(
        Api api, ActionRequest ask, JobActs acts, IReadOnlyList<Job> jobs, ActionRecord record, Part part)
    {
        JobActs.Result[] results = await acts.AllAsync(jobs.Select(job => acts.CommandOf(ask, job)));
        var steps = new List<UndoStep>();
        var skipped = new Dictionary<string, int>();
        int done = 0;
        foreach ((Job job, JobActs.Result result) in jobs.Zip(results))
        {
            if (result.Done is { } outcome)
            {
                done++;
                if (JobActs.UndoOf(ask, job, outcome) is { } step)
                {
                    steps.Add(step);
                }
            }
            else if (result.Skipped is { } reason)
            {
                skipped[reason] = skipped.GetValueOrDefault(reason) + 1;
            }
        }

        record.Add(done, skipped, steps, api.Now);
        part.Add(done, skipped);
        return results.Select(result => result.Failure).OfType<OutcomeUnknownException>().FirstOrDefault()
            ?? results.Select(result => result.Failure).FirstOrDefault(failure => failure is not null);
    }

    private static void Write(Utf8JsonWriter writer, JobCount count, JobTest test, Caller caller)
    {
        writer.WriteStartObject();
        writer.WriteNumber("matched"u8, count.Count);
        CountJobs.WriteMore(writer, count);
        writer.WritePropertyName("sample"u8);
        JobJson.WriteAll(writer, count.Sample, test.PhaseOf, caller);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ActionRecord record, Part part)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, record.Id);
        writer.WriteNumber("matched"u8, record.Told.Matched ?? 0);
        writer.WriteNumber("done"u8, part.Done);
        ActionJson.WriteSkipped(writer, part.Skipped);
        writer.WriteText("next"u8, part.Next);
        writer.WriteEndObject();
    }

    /// <summary>What one request did.</summary>
    private sealed record Part
    {
        private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

        public int Done { get; private set; }

        public IReadOnlyDictionary<string, int> Skipped => _skipped;

        /// <summary>Where the next request goes on; null: all is done.</summary>
        public string? Next { get; init; }

        public void Add(int done, IReadOnlyDictionary<string, int> skipped)
        {
            Done += done;
            foreach ((string reason, int jobs) in skipped)
            {
                _skipped[reason] = _skipped.GetValueOrDefault(reason) + jobs;
            }
        }
    }
}
