using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using JobOrchestrator.Dashboard.Acts;
using JobOrchestrator.Dashboard.Calls;
using JobOrchestrator.Dashboard.Finding;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>The numbers behind one plot as a file: CSV with a row for each step of the lines that are shown, or JSON with all
/// that <c>GET /stats</c> answers.</summary>
internal static class PlotFile
{
    // What of a page's address says which time and which lines it shows.
    private static readonly string[] Shown = ["window", "from", "to", "compare", ChosenLines.Only];
    private const int QueueMax = 60; // characters of a file's name

    /// <summary>The file's address: of the time, the lines and the queue that a page shows.</summary>
    public static string Address(View view, StatsPlot plot, string? queue, string kind) => View.Address(
        $"ui/plots/{plot.Name}.{kind}",
        [.. Shown.Select(name => (name, view.Query(name))), ("queue", queue)]);

    public static async Task SendAsync(HttpContext http, StatsPlot plot, bool isJson)
    {
        View view = http.RequestServices.GetRequiredService<View>();
        var time = PlotTime.Of(view);
        JobStatsQuery asked = time.Asked with
        {
            Metrics = plot.Metrics,
            By = plot.IsOfEnded ? plot.Label : null,
            Queue = view.Query("queue"),
        };
        Answer<JobStats> answer = await view.AskAsync((jobs, left) => new JobOperations(jobs).StatsAsync(asked, left));
        if (answer is Answer<JobStats>.Not { Trouble: var trouble })
        {
            http.Response.StatusCode = Change.StatusOf(trouble);
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync($"The numbers could not be read. {trouble.Text}", http.RequestAborted);
            return;
        }

        Compared stats = time.Told(((Answer<JobStats>.Got)answer).Value);
        string name = $"{NameOf(plot, asked.Queue)}-{Stamp(stats.Now.From)}-{Stamp(stats.Now.To)}";
        http.Response.ContentType = isJson ? "application/json" : "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{(isJson ? "json" : "csv")}\"";
        await http.Response.BodyWriter.WriteAsync(
            isJson ? Json(stats) : Csv(stats.Now, ChosenLines.Of(view, plot.Name, plot.Lines(stats))), http.RequestAborted);
    }

    /// <summary>Two queues' files lie side by side; a name of a file is no place for what a queue's name may hold.</summary>
    private static string NameOf(StatsPlot plot, string? queue) =>
        queue is null ? plot.Name : $"{plot.Name}-{string.Concat(queue.Take(QueueMax).Select(InName))}";

    private static char InName(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' ? one : '_';

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>What is not known is empty, and zero is a zero.</summary>
    private static ReadOnlyMemory<byte> Csv(JobStats stats, IReadOnlyList<PlotLine> lines)
    {
        IReadOnlyList<PlotLine> before = PlotLine.EachBefore(lines);
        var text = new StringBuilder();
        CsvText.Write(text, ["from", .. lines.Select(line => line.Name), .. before.Select(line => $"{line.Name} before")]);
        for (int step = 0; step < lines.Select(line => line.Values.Count).FirstOrDefault(); step++)
        {
            IEnumerable<object?> values = lines.Concat(before).Select(line => (object?)(decimal?)line.Values.ElementAtOrDefault(step));
            CsvText.Write(text, [Moments.IsoSecond(stats.From.AddSeconds((double)step * stats.Step)), .. values]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ReadOnlyMemory<byte> Json(Compared stats)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes);
        writer.WriteStartObject();
        writer.WriteString("from", stats.Now.From.UtcDateTime);
        writer.WriteString("to", stats.Now.To.UtcDateTime);
        writer.WriteNumber("step", stats.Now.Step);
        writer.WriteString("asOf", stats.Now.AsOf.UtcDateTime);
        writer.WriteString("since", stats.Now.Since.UtcDateTime);
        writer.WriteStartArray("series");
        foreach ((int at, JobStatsSeries line) in stats.Now.Series.Index())
        {
            writer.WriteStartObject();
            writer.WriteString("metric", line.Metric);
            writer.WriteString("unit", line.Unit);
            writer.WriteStartObject("labels");
            foreach ((string name, string value) in line.Labels)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            Write(writer, "values", line.Values);
            if (stats.Before is { } before)
            {
                Write(writer, "before", before[at]);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("gaps");
        foreach (JobStatsGap gap in stats.Now.Gaps)
        {
            writer.WriteStartObject();
            writer.WriteString("from", gap.From.UtcDateTime);
            writer.WriteString("to", gap.To.UtcDateTime);
            writer.WriteString("reason", gap.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Write(writer, "missing", [.. stats.Now.Missing.Select(shard => (double?)shard)]);
        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<double?> values)
    {
        writer.WriteStartArray(name);
        foreach (double? value in values)
        {
            if (value is { } known)
            {
                writer.WriteNumberValue(known);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }
}
