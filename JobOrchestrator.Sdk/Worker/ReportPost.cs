using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>One request with reports, and what its answer means. Never throws.</summary>
internal static class ReportPost
{
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
            return response.IsSuccessStatusCode ? await ReadAsync(batch, response) : await RefusedAsync(api, response);
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
        ReportResponse answer = await JobApi.ReadAsync(response, WireJson.Wire.ReportResponse, CancellationToken.None);
        return answer.Outcomes is { } outcomes && outcomes.Count == batch.Reports.Count && outcomes.All(outcome => outcome is not null)
            ? new ReportVerdict.Answered(outcomes)
            : new ReportVerdict.Away($"{answer.Outcomes?.Count ?? 0} outcomes for {batch.Reports.Count} reports");
    }

    private static async Task<ReportVerdict> RefusedAsync(JobApi api, HttpResponseMessage response)
    {
        JobProblem? problem = await JobApi.ReadProblemAsync(response, CancellationToken.None);
        return response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnprocessableEntity
            ? new ReportVerdict.Refused((int)response.StatusCode, problem)
            : new ReportVerdict.Away(
                problem?.Sentence ?? $"status {(int)response.StatusCode}",
                RetryPolicy.RetryAfter(response.Headers.RetryAfter, api.Time.GetUtcNow()));
    }
}
