using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Reports;

/// <summary>What the routes by which a worker reports on one job share.</summary>
internal static class Reporting
{
    /// <summary>
    /// Of the reports in one request so many jobs are looked up in the store at one time: those that workers report on are in memory, and
    /// thousands of others would keep everybody's commits waiting.
    /// </summary>
    public const int LooksAtOnce = 20;

    public static async Task HandleAsync(HttpContext http, Api api, ReportAction action)
    {
        WorkerReport report;
        using (RequestBody body = await RequestBody.ReadAsync(http, api.Options.BodyBytesMax))
        {
            report = ReportReader.ReadOne(body.Utf8.Span, api, action);
        }

        if (!Api.TryId(http, out JobId id))
        {
            await Problems.SendAsync(http, Problems.JobNotFound);
            return;
        }

        (Outcome outcome, Problem? problem) = await api.ProposeAsync(http, report.ToCommand(id));
        if (problem is not null)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, outcome, Write);
    }

    /// <summary>The lease after a heartbeat; how the job stands after its attempt has ended.</summary>
    private static void Write(Utf8JsonWriter writer, Outcome outcome)
    {
        if (outcome is Outcome.Extended extended)
        {
            writer.WriteStartObject();
            WriteExtended(writer, extended);
            writer.WriteEndObject();
        }
        else
        {
            JobJson.WriteStanding(writer, Outcomes.JobOf(outcome));
        }
    }

    public static void WriteExtended(Utf8JsonWriter writer, Outcome.Extended extended)
    {
        writer.WriteString("leaseExpiresAt"u8, extended.LeaseExpiresAt.UtcDateTime);
        writer.WriteBoolean("cancelRequested"u8, extended.CancelRequested);
    }
}
