using JobOrchestrator.Core;
using JobOrchestrator.Features.Reports;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Push;

/// <summary>What workers publish on <see cref="PushOptions.ReportsTopic"/>, as the sidecar delivers it.</summary>
internal sealed partial class Reports(Api api, SidecarToken token, ILogger<Reports> logger)
{
    /// <summary>Where the sidecar delivers.</summary>
    public const string Route = "/push/reports";

    private const int ProposedAtOnce = 1_000;

    /// <summary>What becomes of a message: the words that the sidecar knows, from the mildest to the one that has to win.</summary>
    private enum Verdict
    {
        Success = 1,
        Drop = 2,
        Retry = 3,
    }

    public async Task HandleAsync(HttpContext http)
    {
        if (!token.LetsIn(http.Request))
        {
            await Problems.SendAsync(
                http, new Problem(ProblemType.Unauthorized, "Only the sidecar reports here, with the token of APP_API_TOKEN."));
            return;
        }

        await AnswerAsync(http, await TakeAsync(http));
    }

    private async Task<Verdict> TakeAsync(HttpContext http)
    {
        List<ReadReport> reports;
        try
        {
            using RequestBody body = await RequestBody.ReadAsync(http, api.Options.BatchBytesMax);
            reports = ReportMessage.Read(body.Utf8.Span, api.Options);
        }
        catch (ProblemException exception) when (exception.Problem.Type.Retryable)
        {
            // There was no room for it, or it came too slowly: nothing is wrong with what it says.
            return Verdict.Retry;
        }
        catch (ProblemException exception)
        {
            LogDropped(logger, 1, 1, exception.Problem.Detail);
            return Verdict.Drop;
        }

        Verdict verdict = Verdict.Success;
        var dropped = new List<string>();
        var looks = new Slots(Reporting.LooksAtOnce);
        foreach (ReadReport[] chunk in reports.Chunk(ProposedAtOnce))
        {
            foreach ((Verdict one, string? why) in await Together.AllAsync(chunk.Select(report => ApplyAsync(http, report, looks))))
            {
                verdict = one > verdict ? one : verdict;
                if (one == Verdict.Drop)
                {
                    dropped.Add(why!);
                }
            }
        }

        // The whole message comes again: what is wrong with it is said once, when it goes.
        if (verdict == Verdict.Drop)
        {
            LogDropped(logger, dropped.Count, reports.Count, dropped[0]);
        }

        return verdict;
    }

    private async Task<(Verdict Verdict, string? Why)> ApplyAsync(HttpContext http, ReadReport read, Slots looks)
    {
        if (read.Problem is { } wrong)
        {
            return (Verdict.Drop, wrong.Detail);
        }

        if (!JobId.TryParse(read.Report!.JobId, out JobId id))
        {
            return (Verdict.Drop, "The jobId is no job's id.");
        }

        try
        {
            (Outcome outcome, Problem? problem) = await api.ProposeAsync(http, read.Report.ToCommand(id), looks);
            if (outcome is Outcome.Refused { Why: Refusal.StaleLease })
            {
                LogStale(logger, id, read.Report.Action!.Value, problem!.Detail);
                return (Verdict.Success, null);
            }

            return problem is null ? (Verdict.Success, null) : (Verdict.Drop, $"Job {id}: {problem.Detail}");
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OutcomeUnknownException or TooBusyException)
        {
            return (Verdict.Retry, null);
        }
    }

    private static Task AnswerAsync(HttpContext http, Verdict verdict) =>
        JsonAnswer.SendAsync(http, verdict, static (writer, verdict) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, verdict switch
            {
                Verdict.Success => "SUCCESS"u8,
                Verdict.Drop => "DROP"u8,
                Verdict.Retry => "RETRY"u8,
            });
            writer.WriteEndObject();
        });

    [LoggerMessage(65, LogLevel.Warning, "{Dropped} of the {Count} reports in a message cannot be used and are dropped. {Reason}")]
    private static partial void LogDropped(ILogger logger, int dropped, int count, string reason);

    [LoggerMessage(66, LogLevel.Information, "Job {JobId}: a late {Action} was refused. {Reason}")]
    private static partial void LogStale(ILogger logger, JobId jobId, ReportAction action, string reason);
}
