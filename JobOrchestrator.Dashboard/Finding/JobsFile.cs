using System.Buffers;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>The jobs of a query as a file, CSV or JSON: the first of them, and whether there are more.</summary>
internal static class JobsFile
{
    /// <summary>More are for programs: <c>jobs export</c>.</summary>
    public const int RowsMax = 5_000;

    private const int PageRows = 500;

    /// <summary>How long it may take; what there is by then is sent.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static async Task SendAsync(HttpContext http)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        bool isJson = http.Request.Path.Value!.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        (List<Job> jobs, bool isMore, Trouble? trouble) = await ReadAsync(view);
        if (trouble is not null)
        {
            http.Response.StatusCode =
                trouble is Trouble.Refused { Status: var status } ? status : StatusCodes.Status503ServiceUnavailable;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync($"The list could not be read. {trouble.Text}", http.RequestAborted);
            return;
        }

        string name = isMore ? $"jobs-first-{jobs.Count}" : "jobs";
        http.Response.ContentType = isJson ? "application/json" : "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{(isJson ? "json" : "csv")}\"";
        await http.Response.BodyWriter.WriteAsync(isJson ? Json(view, jobs, isMore) : Csv(view, jobs), http.RequestAborted);
    }

    private static async Task<(List<Job> Jobs, bool IsMore, Trouble? Trouble)> ReadAsync(View view)
    {
        JobFilter filter = JobsAsked.Of(view).Filter(view);
        var jobs = new List<Job>();
        string? cursor = null;
        do
        {
            Answer<JobPage> answer = await view.TryAskAsync((client, left) =>
                new JobOperations(client).ListPageAsync(filter, Math.Min(PageRows, RowsMax + 1 - jobs.Count), cursor, left));
            if (!answer.Has(out JobPage page))
            {
                return (jobs, true, jobs.Count == 0 ? ((Answer<JobPage>.Not)answer).Trouble : null);
            }

            jobs.AddRange(page.Jobs);
            cursor = page.Next;
        }
        // One too many shows that there are more: a full page leads to a next one, and that may be empty.
        while (cursor is not null && jobs.Count <= RowsMax && view.Elapsed < Longest);
        return ([.. jobs.Take(RowsMax)], cursor is not null || jobs.Count > RowsMax, null);
    }

    private static ReadOnlyMemory<byte> Csv(View view, List<Job> jobs)
    {
        var text = new StringBuilder();
        CsvText.Write(text, JobRow.Names);
        foreach (Job job in jobs)
        {
            CsvText.Write(text, JobRow.Of(job, view.Now));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ReadOnlyMemory<byte> Json(View view, List<Job> jobs, bool isMore)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes);
        writer.WriteStartObject();
        writer.WriteString("query", JobsAsked.Of(view).Written);
        writer.WriteString("asOf", view.Now);
        writer.WriteBoolean("more", isMore);
        writer.WriteStartArray("jobs");
        foreach (Job job in jobs)
        {
            writer.WriteStartObject();
            foreach ((string name, object? value) in JobRow.Names.Zip(JobRow.Of(job, view.Now)))
            {
                switch (value)
                {
                    case decimal number:
                        writer.WriteNumber(name, number);
                        break;
                    case string when name == JobRow.LabelsName:
                        WriteLabels(writer, job);
                        break;
                    case string text:
                        writer.WriteString(name, text);
                        break;
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenMemory;
    }

    private static void WriteLabels(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject(JobRow.LabelsName);
        foreach ((string key, string value) in job.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }
}
