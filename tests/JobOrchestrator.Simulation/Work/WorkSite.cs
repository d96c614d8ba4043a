using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Web;
using JobOrchestrator.Core;
using JobOrchestrator.Sdk;
using JobOrchestrator.Simulation.Oracles;
using Job = JobOrchestrator.Core.Job;
using JobError = JobOrchestrator.Core.JobError;

namespace JobOrchestrator.Simulation;

/// <summary>
/// What the service's workers' routes are to the SDK in one process: asks a replica over the network, and answers in the words and by the
/// statuses of the wire. What else the SDK may ask for is not there: 404.
/// </summary>
/// <param name="scene">Where.</param>
/// <param name="lane">The process.</param>
/// <param name="hands">What the process has leased.</param>
/// <param name="asked">Hears of each request before it is sent.</param>
internal sealed class WorkSite(Scene scene, Lane lane, Hands hands, Action asked) : HttpMessageHandler
{
    // The SDK's own limits are shorter.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // As the service hands them out.
    private const int LeaseBytesMax = 1_000_000;
    private const int WhenDown = 2;
    private const int WhenFull = 1;

    private readonly Client _client = new(scene, lane);
    private readonly Dice _tokens = scene.World.Dice($"tokens/{lane.Name}");

    /// <summary>When it was last asked for work.</summary>
    public DateTimeOffset? AskedForWorkAt { get; private set; }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        asked();
        string[] path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        byte[] body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        return path switch
        {
            ["queues", var queue, "lease"] => await LeaseAsync(
                HttpUtility.UrlDecode(queue), JsonSerializer.Deserialize(body, WireJson.Wire.LeaseRequest)!, cancellationToken),
            ["jobs", "report"] => await ReportAsync(
                JsonSerializer.Deserialize(body, WireJson.Wire.ReportRequest)!.Reports, cancellationToken),
            ["jobs", "cancels"] => await HearAsync(
                JsonSerializer.Deserialize(body, WireJson.Wire.CancelsRequest)!, cancellationToken),
            _ => new HttpResponseMessage(HttpStatusCode.NotFound),
        };
    }

    private async Task<HttpResponseMessage> LeaseAsync(string queue, LeaseRequest wanted, CancellationToken cancellationToken)
    {
        AskedForWorkAt = scene.World.Now;
        var lease = new Command.Lease(
            [.. wanted.Queues?.Prepend(queue) ?? [queue]], wanted.Worker, wanted.Max, wanted.Types?.ToHashSet(), $"{_tokens.Next():x16}",
            LeaseBytesMax);
        (Answer answer, IReadOnlyList<Job>? jobs) = await _client.AskAsync(
            Told.Of(lease, lane.Name),
            (shards, token) => shards.LeaseAsync(lease, TimeSpan.FromSeconds(wanted.Wait), token),
            leased => Told.Of(new Outcome.Leased(leased)),
            Patience,
            cancellationToken: cancellationToken);
        if (jobs is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Refusal(answer);
        }

        foreach (Job job in jobs)
        {
            hands.Take(job);
        }

        return jobs.Count == 0
            ? new HttpResponseMessage(HttpStatusCode.NoContent)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = Json(writer => WorkWords.WriteLeased(writer, jobs)) };
    }

    private async Task<HttpResponseMessage> ReportAsync(IReadOnlyList<Report> reports, CancellationToken cancellationToken)
    {
        IReadOnlyList<Reported>? told = await _client.ReportAsync([.. reports.Select(CommandOf)], Patience, cancellationToken);
        if (told is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new HttpRequestException("There is no answer.");
        }

        foreach ((Report report, Reported one) in reports.Zip(told))
        {
            if (report.Action != Report.Heartbeat && one.Answer.Kind is AnswerKind.Changed or AnswerKind.Unchanged or AnswerKind.Refused)
            {
                hands.Lay(report.LeaseToken);
            }
        }

        return new HttpResponseMessage(HttpStatusCode.OK) { Content = Json(writer => WorkWords.WriteOutcomes(writer, reports, told)) };
    }

    private async Task<HttpResponseMessage> HearAsync(CancelsRequest wanted, CancellationToken cancellationToken)
    {
        Shards.NamedLease[] leases =
            [.. wanted.Leases.Select(lease => new Shards.NamedLease(new JobId(Guid.Parse(lease.JobId)), lease.LeaseToken))];
        (IReadOnlyList<ToldOfLease>? told, Answer? answer) = await _client.HearAsync(
            leases, TimeSpan.FromSeconds(wanted.Wait), Patience, cancellationToken);
        if (told is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Refusal(answer!);
        }

        return new HttpResponseMessage(HttpStatusCode.OK) { Content = Json(writer => WorkWords.WriteNews(writer, told)) };
    }

    /// <exception cref="HttpRequestException">Nobody has answered.</exception>
    private static HttpResponseMessage Refusal(Answer answer)
    {
        if (answer.Kind is not (AnswerKind.NothingWritten or AnswerKind.Busy or AnswerKind.OutcomeUnknown)
            || answer.Detail == ConnectionException.Refused)
        {
            throw new HttpRequestException(answer.Detail ?? "There is no answer.");
        }

        int after = answer.Kind == AnswerKind.Busy ? WhenFull : WhenDown;
        return new HttpResponseMessage(Client.StatusOf(answer))
        {
            Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(after)) },
        };
    }

    private static Command.OnJob CommandOf(Report report)
    {
        JobId id = new(Guid.Parse(report.JobId));
        return report.Action switch
        {
            Report.Heartbeat => new Command.Heartbeat(
                id,
                report.LeaseToken,
                report.Progress is { } progress ? new Progress(progress.Percent, progress.Message) : null,
                TextOf(report.State))
            {
                StateNumber = report.StateNumber,
            },
            Report.Complete => new Command.Complete(id, report.LeaseToken, TextOf(report.Result)),
            Report.Fail => new Command.Fail(
                id,
                report.LeaseToken,
                new JobError(
                    report.Error!.Type ?? JobError.WorkerError, report.Error.Title, TextOf(report.Error.Detail), report.Error.Status),
                report.Retry ?? true),
            Report.Release => new Command.Release(
                id, report.LeaseToken, report.Delay is { } delay ? TimeSpan.FromSeconds(delay) : null),
            _ => throw new FormatException($"There is no report {report.Action}."),
        };
    }

    private static JsonText? TextOf(JsonElement? value) => value is { } text ? JsonText.Of(text.GetRawText()) : null;

    private static ByteArrayContent Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            write(writer);
        }

        return new ByteArrayContent(bytes.ToArray()) { Headers = { ContentType = new("application/json") } };
    }
}
