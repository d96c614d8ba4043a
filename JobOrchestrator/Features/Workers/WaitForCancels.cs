using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Workers;

/// <summary>
/// <c>POST /jobs/cancels</c>: tells a worker at once which of its leases are to end or are over, waiting up to <c>wait</c> seconds for the
/// first; no outcome when there was none. It extends no lease.
/// </summary>
internal static class WaitForCancels
{
    // A wait for many leases costs the service more than one for a job: for so many it takes one place among the waits.
    private const int LeasesInAPlace = 100;

    // Of jobs that are not in memory no more are looked up in the store for one request: a worker that holds leases names few such.
    private const int LookedUpMax = 100;

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        Request request;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BatchBytesMax))
        {
            request = Read(body.Utf8.Span, api);
        }

        List<Told> told = [.. request.Unknown.Select(id => new Told(id, Problems.JobNotFound))];
        TimeSpan wait = told.Count > 0 ? TimeSpan.Zero : api.Granted(http, request.Wait);
        told.AddRange(await HearAsync(http, api, request.Leases, wait));
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (told, Problems.TraceIdOf(http)), static (writer, answer) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("outcomes"u8);
            foreach (Told news in answer.told)
            {
                Write(writer, news, answer.Item2);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task<List<Told>> HearAsync(HttpContext http, Api api, List<NamedLease> leases, TimeSpan wait)
    {
        // Whoever does not wait has the same looked at.
        using IDisposable place = api.Limits.TakeWait(http, 1 + (leases.Count / LeasesInAPlace));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, api.Stopping);
        Caller caller = ApiKeys.CallerOf(http);
        var lookedUp = new Dictionary<JobId, JobLookup>();
        long started = api.Time.GetTimestamp();
        try
        {
            while (true)
            {
                TimeSpan left = wait - api.Time.GetElapsedTime(started);
                IReadOnlyList<LeaseNews> news = await api.Shards.HearAsync(
                    leases, caller.WorkedQueues, left > TimeSpan.Zero ? left : TimeSpan.Zero, either.Token);
                List<Told> told = [];
                foreach (LeaseNews item in news)
                {
                    if (await LookAsync(http, api, item, lookedUp) is { } lookup)
                    {
                        told.AddRange(ToldOf(api, caller, item.Lease, lookup) is { } worthTelling ? [worthTelling] : []);
                    }
                }

                if (told.Count > 0 || news.Count == 0)
                {
                    return told;
                }

                // Ended by their own worker, long ago, or too many to look up: the others are waited for.
                HashSet<NamedLease> done = [.. news.Select(item => item.Lease)];
                leases = [.. leases.Where(lease => !done.Contains(lease))];
            }
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The service goes down; the worker asks the next one.
            return [];
        }
    }

    /// <summary>The job; null when it is not in memory, and the request has had as many looked up as it may: the next one may.</summary>
    private static async ValueTask<JobLookup?> LookAsync(
        HttpContext http, Api api, LeaseNews news, Dictionary<JobId, JobLookup> lookedUp)
    {
        if (news.Job is { } live)
        {
            return new JobLookup.Found(live);
        }

        JobId id = news.Lease.JobId;
        if (!lookedUp.TryGetValue(id, out JobLookup? lookup) && lookedUp.Count < LookedUpMax)
        {
            lookup = await api.Shards.FindAsync(id, http.RequestAborted);
            lookedUp[id] = lookup;
        }

        return lookup;
    }

    /// <summary>What a heartbeat would be told now; null: nothing that its worker does not know.</summary>
    private static Told? ToldOf(Api api, Caller caller, NamedLease lease, JobLookup lookup)
    {
        string id = lease.JobId.ToString();
        if (lookup is not JobLookup.Found { Job: var job } || !caller.MaySee(job))
        {
            return new Told(id, lookup is JobLookup.Found || caller.IsBound ? Problems.JobNotFound : Problems.Of(lookup));
        }

        if (!caller.MayWork(job.Queue))
        {
            return new Told(id, Permissions.NotWorked(job.Queue));
        }

        return job.StandingOf(lease.Token) switch
        {
            LeaseStanding.CancelRequested => new Told(id, null),
            LeaseStanding.Over => new Told(id, Problems.Of(new Refusal.StaleLease(job), caller, api.Now)),
            LeaseStanding.Held or LeaseStanding.Reported => null,
        };
    }

    private static void Write(Utf8JsonWriter writer, Told told, string traceId)
    {
        writer.WriteStartObject();
        writer.WriteString("jobId"u8, told.JobId);
        writer.WriteNumber("status"u8, told.Problem?.Status ?? StatusCodes.Status200OK);
        if (told.Problem is { } problem)
        {
            writer.WritePropertyName("problem"u8);
            Problems.Write(writer, problem, traceId);
        }
        else
        {
            writer.WriteBoolean("cancelRequested"u8, true);
        }

        writer.WriteEndObject();
    }

    private static Request Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        List<NamedLease>? leases = null;
        List<string> unknown = [];
        double? wait = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("leases"u8))
            {
                if (body.EnterArray())
                {
                    leases = ReadLeases(ref body, unknown, api);
                    body.Leave();
                }
            }
            else if (body.Is("wait"u8))
            {
                wait = body.Fraction(0, Bounds.SecondsMax);
            }
            else
            {
                body.Unknown();
            }
        }

        if (leases is null)
        {
            body.Refuse("leases", "An array of leases.");
        }

        body.End();
        return new Request(leases!, unknown, TimeSpan.FromSeconds(wait ?? 0));
    }

    private static List<NamedLease> ReadLeases(ref BodyReader body, List<string> unknown, Api api)
    {
        var leases = new List<NamedLease>();
        for (int count = 0; body.NextItem(count); count++)
        {
            if (count == api.Options.BatchItemsMax)
            {
                throw new ProblemException(new Problem(ProblemType.TooLarge, $"A request may have {api.Options.BatchItemsMax} leases."));
            }

            if (body.InObject)
            {
                ReadLease(ref body, leases, unknown);
            }

            body.Leave();
        }

        return leases;
    }

    private static void ReadLease(ref BodyReader body, List<NamedLease> leases, List<string> unknown)
    {
        string? job = null, token = null;
        while (body.NextMember())
        {
            if (body.Is("jobId"u8))
            {
                job = body.Text(BodyReader.NameMax);
            }
            else if (body.Is("leaseToken"u8))
            {
                token = body.Text(Bounds.TokenMax);
            }
            else
            {
                body.Unknown();
            }
        }

        if (job is null)
        {
            body.Refuse("jobId", "The job.");
        }
        else if (string.IsNullOrEmpty(token))
        {
            body.Refuse("leaseToken", "The token that came with the lease.");
        }
        else if (JobId.TryParse(job, out JobId id))
        {
            leases.Add(new NamedLease(id, token));
        }
        else
        {
            unknown.Add(job);
        }
    }

    /// <summary>What is asked.</summary>
    /// <param name="Leases">The leases.</param>
    /// <param name="Unknown">What was named as a job and cannot be one's id.</param>
    /// <param name="Wait">How long to wait for news.</param>
    private sealed record Request(List<NamedLease> Leases, List<string> Unknown, TimeSpan Wait);

    /// <summary>What the worker is told of one job; without a problem, that it is to be cancelled.</summary>
    private readonly record struct Told(string JobId, Problem? Problem);
}
