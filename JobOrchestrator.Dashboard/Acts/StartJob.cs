using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JobOrchestrator.Dashboard.Acts;

/// <summary>Starts the job that a form describes. A fault brings the form back as it was typed, with what is wrong.</summary>
internal static class StartJob
{
    public static void MapStartJob(this IEndpointRouteBuilder routes) =>
        routes.MapChange("/ui/do/start", http => Change.RunAsync(http, StartAsync));

    private static async Task<ChangeEnd> StartAsync(View view, IFormCollection form, JobClient jobs, CancellationToken left)
    {
        view.Draft.Keep(form);
        if (!TryInput(form["input"], out JsonElement input, out string? fault))
        {
            view.Draft.InputFault = fault;
            return new ChangeEnd.Again(typeof(NewPage));
        }

        if (!Whens.TryRead(form["runAt"], view.Now, out DateTimeOffset? runAt))
        {
            view.Draft.Refusal = "\"Not before\" is neither an instant with its zone (2026-12-31T06:00Z) nor a length from now (90 min).";
            return new ChangeEnd.Again(typeof(NewPage));
        }

        var options = new JobOptions
        {
            IdempotencyKey = Text(form["key"]),
            Type = form["type"],
            Queue = Text(form["queue"]),
            ExternalId = Text(form["externalId"]),
            RunAt = runAt,
            Priority = int.TryParse(form["priority"], CultureInfo.InvariantCulture, out int priority) ? priority : 0,
            MaxRetries = int.TryParse(form["maxRetries"], CultureInfo.InvariantCulture, out int retries) ? retries : null,
        };
        try
        {
            Job job = await jobs.EnqueueAsync(input, options, left);
            return new ChangeEnd.Done($"ui/jobs/{Uri.EscapeDataString(job.Id)}");
        }
        catch (JobOrchestratorException refused) when (refused.Status is { } status && (int)status is 400 or 409 or 413 or 422 or 429)
        {
            view.Draft.Refusal = $"{refused.Problem?.Title} {refused.Problem?.Detail} {refused.Problem?.Errors}".Trim();
            return new ChangeEnd.Again(typeof(NewPage), (int)status);
        }
    }

    private static string? Text(string? said) => string.IsNullOrWhiteSpace(said) ? null : said.Trim();

    /// <summary>The input as JSON; what is wrong with it, with line and column.</summary>
    private static bool TryInput(string? said, out JsonElement input, out string? fault)
    {
        (input, fault) = (default, null);
        try
        {
            using var document = JsonDocument.Parse(string.IsNullOrWhiteSpace(said) ? "null" : said);
            input = document.RootElement.Clone();
            return true;
        }
        catch (JsonException wrong)
        {
            fault = $"This is no JSON: line {(wrong.LineNumber ?? 0) + 1}, column {(wrong.BytePositionInLine ?? 0) + 1}.";
            return false;
        }
    }
}
