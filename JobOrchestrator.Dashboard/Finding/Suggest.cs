using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>How a query may go on, for the script of its box. Where the API does not answer, nothing is suggested.</summary>
internal static class Suggest
{
    public static async Task SendAsync(HttpContext http)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        int? at = int.TryParse(view.Query("at"), NumberStyles.None, CultureInfo.InvariantCulture, out int place) ? place : null;
        Answer<JobSuggestions> answer = await view.TryAskAsync((jobs, left) =>
            new JobOperations(jobs).SuggestAsync(view.Query("q") ?? "", at, left));
        JobSuggestions found = answer.Has(out JobSuggestions got) ? got : new JobSuggestions();
        http.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("at", found.At);
        writer.WriteNumber("length", found.Length);
        writer.WriteStartArray("suggestions");
        foreach (JobSuggestion suggestion in found.Suggestions)
        {
            writer.WriteStartObject();
            writer.WriteString("text", suggestion.Text);
            // What is seen of it; what is written is the text itself.
            writer.WriteString("shown", PlainText.Of(suggestion.Text, 80));
            writer.WriteString("count", suggestion.Count is { } count ? Numbers.Of(count) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
