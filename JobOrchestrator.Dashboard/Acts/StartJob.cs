using System.Text.Json;
using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Dashboard.Pages;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Values;
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
        var asked = StartAsked.Of(name => form[name]);
        if (!asked.TryInput(out JsonElement input, out string? fault))
        {
            view.Draft.InputFault = fault;
            return new ChangeEnd.Again(typeof(NewPage));
        }

        if (asked.Fault(view.Now) is { } wrong)
        {
            view.Draft.Refusal = wrong;
            return new ChangeEnd.Again(typeof(NewPage));
        }

        if (form.ContainsKey("show"))
        {
            return new ChangeEnd.Again(typeof(NewPage), StatusCodes.Status200OK);
        }

        // As they are, or as a program has written them that writes nothing but ASCII.
        if (asked.Input.Contains(ShownJson.Dots, StringComparison.Ordinal)
            || asked.Input.Contains("\\u25cf", StringComparison.OrdinalIgnoreCase))
        {
            var back = HiddenBack.Of(asked.Input, await InputOfAsync(form["like"], jobs, left), view.Hidden);
            if (back.Unknown is { } name)
            {
                view.Draft.InputFault =
                    $"What \"{PlainText.Of(name, 60)}\" has is hidden, and not known here: write it in the place of {ShownJson.Dots}.";
                return new ChangeEnd.Again(typeof(NewPage));
            }

            _ = (asked with { Input = back.Text }).TryInput(out input, out _);
        }

        try
        {
            Job job = await jobs.EnqueueAsync(input, asked.Options(view.Now) with { IdempotencyKey = Text(form["key"]) }, left);
            return new ChangeEnd.Done($"ui/jobs/{Uri.EscapeDataString(job.Id)}");
        }
        catch (JobOrchestratorException refused) when (refused.Status is { } status && (int)status is 400 or 409 or 413 or 422 or 429)
        {
            view.Draft.Refusal = $"{refused.Problem?.Title} {refused.Problem?.Detail} {refused.Problem?.Errors}".Trim();
            return new ChangeEnd.Again(typeof(NewPage), (int)status);
        }
    }

    private static string? Text(string? said) => string.IsNullOrWhiteSpace(said) ? null : said.Trim();

    /// <summary>What the job was given that the form is like; null: it is like none, or that one has nothing or is no more.</summary>
    private static async Task<JsonElement?> InputOfAsync(string? like, JobClient jobs, CancellationToken left) =>
        string.IsNullOrEmpty(like) ? null
        : (await jobs.GetAsync(like, left))?.Input is { ValueKind: not JsonValueKind.Undefined } input ? input
        : null;
}
