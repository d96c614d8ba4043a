using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Workers;

/// <summary>
/// <c>POST /queues/{queue}/lease</c>: hands out jobs, waiting up to <c>wait</c> seconds for the first; 204 when none came.
/// </summary>
internal static class LeaseJobs
{
    // A wait for many queues and types costs the service more than one for a few: for so many it takes one place among the waits.
    private const int NamesInAPlace = 20;

    public static async Task HandleAsync(HttpContext http, Api api, MarkBook marks, VersionWatch versions)
    {
        string queue = Api.QueueOf(http);
        Request request;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            request = Read(body.Utf8.Span, api);
        }

        string[] queues = request.Queues is { } others ? [.. others.Prepend(queue).Distinct()] : [queue];
        Caller caller = ApiKeys.CallerOf(http);
        foreach (string asked in queues)
        {
            caller.RequireWork(asked);
        }

        var lease = new Command.Lease(
            queues,
            request.Worker,
            Math.Min(request.Max, api.Shards.OneWrite.JobsMax),
            request.Types?.ToHashSet(),
            api.Randomness.NextToken(),
            api.Options.LeaseBytesMax)
        {
            AskedBy = caller.Name,
            Version = request.Version,
            Slots = request.Slots,
        };

        if (request.Version is { } version && versions.IsNew(queue, version, api.Now))
        {
            marks.Add(new Mark(api.Now, MarkKind.Version, $"{queue}: workers of version {version}", null, queue));
        }

        IReadOnlyList<Job> jobs = await LeaseAsync(http, api, lease, api.Granted(http, request.Wait));
        http.Response.Headers.CacheControl = "no-store";
        if (jobs.Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        // From here on the jobs are the worker's: one that has read all of the answer may close the connection before we know that it
        // was sent.
        await JsonAnswer.SendAsync(http, jobs, Write);
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<Job> jobs)
    {
        writer.WriteStartArray();
        foreach (Job job in jobs)
        {
            JobJson.WriteLeased(writer, job);
        }

        writer.WriteEndArray();
    }

    private static Task<IReadOnlyList<Job>> LeaseAsync(HttpContext http, Api api, Command.Lease lease, TimeSpan wait) =>
        wait > TimeSpan.Zero
            ? WaitAsync(http, api, lease, wait)
            : api.Shards.LeaseAsync(lease, TimeSpan.Zero, http.RequestAborted);

    private static async Task<IReadOnlyList<Job>> WaitAsync(HttpContext http, Api api, Command.Lease lease, TimeSpan wait)
    {
        int names = lease.Queues.Count + (lease.Types?.Count ?? 0);
        using IDisposable place = api.Limits.TakeWait(http, 1 + (names / NamesInAPlace));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, api.Stopping);
        try
        {
            return await api.Shards.LeaseAsync(lease, wait, either.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return [];
        }
    }

    private static Request Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown);
        string? worker = null, version = null;
        int? max = null, slots = null;
        double? wait = null;
        List<string>? types = null, queues = null;
        body.Object();
        while (body.NextMember())
        {
            if (body.Is("worker"u8))
            {
                worker = body.SharedName();
            }
            else if (body.Is("max"u8))
            {
                max = body.Whole(1, api.Options.LeaseJobsMax);
            }
            else if (body.Is("wait"u8))
            {
                wait = body.Fraction(0, Bounds.SecondsMax);
            }
            else if (body.Is("types"u8))
            {
                types = body.Names(Bounds.LeaseNamesMax, ofNone: "At least one type; left out, any.");
            }
            else if (body.Is("queues"u8))
            {
                queues = body.Names(Bounds.LeaseNamesMax);
            }
            else if (body.Is("version"u8))
            {
                version = body.Name(Bounds.VersionMax);
            }
            else if (body.Is("slots"u8))
            {
                slots = body.Whole(1, Bounds.SlotsMax);
            }
            else
            {
                body.Unknown();
            }
        }

        if (worker is null)
        {
            body.Refuse("worker", "The worker's name.");
        }

        body.End();
        return new Request(worker!, max ?? 1, TimeSpan.FromSeconds(wait ?? 0), types, queues, version, slots);
    }

    private sealed record Request(
        string Worker, int Max, TimeSpan Wait, List<string>? Types, List<string>? Queues, string? Version, int? Slots);
}
