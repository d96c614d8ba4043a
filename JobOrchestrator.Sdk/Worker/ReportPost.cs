using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>One request with reports, and what its answer means. Never throws.</summary>
internal static class ReportPost
{
    // Smaller than any bound on bodies that somebody would set.
    private const int SmallBytes = 16 * 1024;

    public static async Task<ReportVerdict> SendAsync(JobApi api, ReportBatch batch, CancellationToken abandon)
    {
        byte[] body;
        try
        {
            body = JsonSerializer.SerializeToUtf8Bytes(
                new ReportRequest([.. batch.Reports.Select(pending => pending.Report)]), WireJson.Wire.ReportRequest);
        }
        catch (Exception exception)
        {
            // One of them cannot be written, and never can: as if it had been refused, so that it stands in no other's way.
            return new ReportVerdict.Refused(
                (int)HttpStatusCode.BadRequest, new JobProblem { Title = $"A report cannot be written as JSON: {exception.Message}" });
        }

        try
        {
            HttpRequestMessage request = JobApi.Request(HttpMethod.Post, "jobs/report");
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
            TimeSpan limit = batch.Limit < api.Timeout ? batch.Limit : api.Timeout;
            using HttpResponseMessage response = await api.TryOnceWithinAsync(request, limit, abandon);
            return response.IsSuccessStatusCode ? await ReadAsync(batch, response) : await RefusedAsync(api, response, body.Length);
        }
        catch (NoAnswerException exception)
        {
            return new ReportVerdict.Unanswered(exception.Message);
        }
        catch (Exception exception)
        {
            // Whatever it is, the reports are not lost by it: they are sent again.
            return new ReportVerdict.Away(Reasons.Of(exception));
        }
    }

    private static async Task<ReportVerdict> ReadAsync(ReportBatch batch, HttpResponseMessage response)
    {
        List<ReportOutcome?> outcomes = await JobApi.ReadAsync(response, OneByOne.Outcomes, CancellationToken.None);
        ReportOutcome?[] found = [.. batch.Reports.Select((_, place) => OutcomeOf(batch, place, outcomes))];
        return Array.Exists(found, outcome => outcome is not null)
            ? new ReportVerdict.Answered([.. found.Zip(batch.Reports, (outcome, pending) => outcome ?? NotAnswered(pending))])
            : new ReportVerdict.Away($"{outcomes.Count} outcomes for {batch.Reports.Count} reports, and none for one of them");
    }

    /// <summary>
    /// A report's outcome: the one at its place, unless that names another job; then the only one that names its job. Null: there is
    /// none, or it is not sure which.
    /// </summary>
    private static ReportOutcome? OutcomeOf(ReportBatch batch, int place, List<ReportOutcome?> outcomes)
    {
        string job = batch.Reports[place].Report.JobId;
        if (outcomes.Count == batch.Reports.Count && outcomes[place] is { } placed && (placed.JobId is null || Names(placed, job)))
        {
            return placed;
        }

        return batch.Reports.Count(pending => pending.Report.JobId == job) == 1
            && outcomes.FindAll(outcome => outcome is not null && Names(outcome, job)) is [{ } only]
                ? only
                : null;
    }

    private static bool Names(ReportOutcome outcome, string job) => string.Equals(outcome.JobId, job, StringComparison.OrdinalIgnoreCase);

    /// <summary>It is sent again later; the others are done with.</summary>
    private static ReportOutcome NotAnswered(PendingReport pending) => new(
        pending.Report.JobId,
        (int)HttpStatusCode.ServiceUnavailable,
        Problem: new JobProblem { Title = "The answer has no outcome for it." });

    private static async Task<ReportVerdict> RefusedAsync(JobApi api, HttpResponseMessage response, int bytes)
    {
        JobProblem? problem = await JobApi.ReadProblemAsync(response, CancellationToken.None);
        string reason = problem?.Sentence ?? $"status {(int)response.StatusCode}";
        bool isOurs = problem?.Type?.Contains("/problems/", StringComparison.Ordinal) == true;
        return response.StatusCode switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when isOurs =>
                new ReportVerdict.Refused((int)response.StatusCode, problem),
            // Who stands in between has a bound of its own, and says so in no words of ours; but no heartbeat is too large.
            HttpStatusCode.RequestEntityTooLarge when isOurs || bytes > SmallBytes =>
                new ReportVerdict.Refused((int)response.StatusCode, problem),
            var status when (int)status is >= 400 and < 500 && !isOurs && !IsOfAll(status) => new ReportVerdict.TurnedBack(reason),
            _ => new ReportVerdict.Away(reason, RetryPolicy.RetryAfter(response.Headers.RetryAfter, api.Time.GetUtcNow())),
        };
    }

    /// <summary>
    /// Whether a refusal that is not the orchestrator's is of whoever asks, whatever it is. Others may be of one report alone: something
    /// in between that reads along and takes offence at a text.
    /// </summary>
    private static bool IsOfAll(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.ProxyAuthenticationRequired || RetryPolicy.IsTransient(status);
}
