using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Features.Reports;
using JobOrchestrator.Http;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Features.Workers;

/// <summary><c>POST /jobs/report</c>: many reports in one request, one outcome each, in their order.</summary>
internal static class Report
{
    private const int ProposedAtOnce = 1_000;

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        List<Entry> entries;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BatchBytesMax))
        {
            entries = Read(body.Utf8.Span, api);
        }

        var results = new List<Result>(entries.Count);
        var looks = new Slots(Reporting.LooksAtOnce);
        foreach (Entry[] chunk in entries.Chunk(ProposedAtOnce))
        {
            results.AddRange(await Task.WhenAll(chunk.Select(entry => ProposeAsync(http, api, entry, looks))));
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, (results, Problems.TraceIdOf(http)), static (writer, answer) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("outcomes"u8);
            foreach (Result result in answer.results)
            {
                Write(writer, result, answer.Item2);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task<Result> ProposeAsync(HttpContext http, Api api, Entry entry, Slots looks)
    {
        if (entry.Problem is not null)
        {
            return new Result(entry.Report?.JobId, null, entry.Problem);
        }

        WorkerReport report = entry.Report!;
        if (!JobId.TryParse(report.JobId, out JobId id))
        {
            return new Result(report.JobId, null, Problems.JobNotFound);
        }

        try
        {
            (Outcome outcome, Problem? problem) = await api.ProposeAsync(http, report.ToCommand(id), looks);
            return new Result(report.JobId, outcome, problem);
        }
        catch (Exception exception) when (Problems.Of(exception) is { } problem)
        {
            return new Result(report.JobId, null, problem);
        }
    }

    private static void Write(Utf8JsonWriter writer, Result result, string traceId)
    {
        writer.WriteStartObject();
        if (result.JobId is not null)
        {
            writer.WriteString("jobId"u8, result.JobId);
        }

        writer.WriteNumber("status"u8, result.Problem?.Status ?? StatusCodes.Status200OK);
        if (result.Problem is { } problem)
        {
            writer.WritePropertyName("problem"u8);
            Problems.Write(writer, problem, traceId);
        }
        else if (result.Outcome is Outcome.Extended extended)
        {
            Reporting.WriteExtended(writer, extended);
        }

        writer.WriteEndObject();
    }

    private static List<Entry> Read(ReadOnlySpan<byte> utf8, Api api)
    {
        var body = new BodyReader(utf8, api.Options.ValueBytesMax, api.Unknown, surroundings: 2) { MendsText = true };
        List<Entry>? entries = null;
        body.Object();
        while (body.NextMember())
        {
            if (!body.Is("reports"u8))
            {
                body.Unknown();
            }
            else if (body.EnterArray())
            {
                entries = ReadEntries(ref body, api);
                body.Leave();
            }
        }

        body.End();
        return entries ?? throw new ProblemException(Problems.NotAllowed("/reports", "An array of reports."));
    }

    private static List<Entry> ReadEntries(ref BodyReader body, Api api)
    {
        var entries = new List<Entry>();
        while (body.NextItem(entries.Count))
        {
            if (entries.Count == api.Options.BatchItemsMax)
            {
                throw new ProblemException(new Problem(ProblemType.TooLarge, $"A request may have {api.Options.BatchItemsMax} reports."));
            }

            WorkerReport? read = body.InObject ? ReportReader.Read(ref body, null) : null;
            body.Leave();
            entries.Add(new Entry(read, body.TakeProblem()));
        }

        return entries;
    }

    private readonly record struct Entry(WorkerReport? Report, Problem? Problem);

    private readonly record struct Result(string? JobId, Outcome? Outcome, Problem? Problem);
}
