using System.Text.Json;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary><c>GET /stats</c>: what the jobs did over time, by steps.</summary>
internal static class GetStats
{
    // Of more, the last ones.
    private const int MarksMax = 100;

    public static async Task HandleAsync(HttpContext http, Api api, MarkBook book)
    {
        DateTimeOffset now = api.Shards.Now;
        var query = StatsQuery.Read(http.Request, ApiKeys.CallerOf(http), now);
        int lines = query.Metrics.Sum(metric => metric.Lines(query.By).Count);
        if (lines > StatsQuery.LinesMax)
        {
            throw new ProblemException(Problems.NotAllowed(
                "?m", $"Fewer: at most {StatsQuery.LinesMax} lines are answered, that would be {lines}."));
        }

        IReadOnlyList<HistoryAnswer?> answers = await api.Shards.HistoryAsync(query.Ask, http.RequestAborted);
        var answer = StatsAnswer.Of(query, answers, now);
        IReadOnlyList<Mark> marks = book.Read(
            query.Ask.From, query.Ask.From.AddSeconds((double)query.Ask.Count * query.Ask.Step), ApiKeys.CallerOf(http));
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(
            http,
            (query.Ask, answer, now, Marks: marks.TakeLast(MarksMax).ToList()),
            static (writer, told) => Write(writer, told.Ask, told.answer, told.now, told.Marks));
    }

    private static void Write(Utf8JsonWriter writer, HistoryAsk ask, StatsAnswer answer, DateTimeOffset now, List<Mark> marks)
    {
        writer.WriteStartObject();
        writer.WriteString("from"u8, ask.From.UtcDateTime);
        writer.WriteString("to"u8, ask.From.AddSeconds((double)ask.Count * ask.Step).UtcDateTime);
        writer.WriteNumber("step"u8, ask.Step);
        writer.WriteString("asOf"u8, now.UtcDateTime);
        writer.WriteString("since"u8, answer.Since.UtcDateTime);
        writer.WriteStartArray("series"u8);
        foreach (StatsSeries series in answer.Series)
        {
            writer.WriteStartObject();
            writer.WriteString("metric"u8, series.Metric.Name);
            writer.WriteString("unit"u8, series.Metric.Unit);
            writer.WriteStartObject("labels"u8);
            foreach ((string name, string value) in series.Labels)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            if (series.IsRest)
            {
                writer.WriteBoolean("rest"u8, true);
            }

            WriteValues(writer, series.Values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteGaps(writer, answer);
        MissingShards.Write(writer, answer.Missing);
        MarkJson.WriteAll(writer, marks);
        writer.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter writer, IReadOnlyList<double?> values)
    {
        writer.WriteStartArray("values"u8);
        foreach (double? value in values)
        {
            if (value is { } known)
            {
                writer.WriteNumberValue(Math.Round(known, 3));
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Of what nothing was recorded: before there was anything to record it, and while nobody did.</summary>
    private static void WriteGaps(Utf8JsonWriter writer, StatsAnswer answer)
    {
        writer.WriteStartArray("gaps"u8);
        foreach ((DateTimeOffset from, DateTimeOffset to) in answer.Gaps)
        {
            writer.WriteStartObject();
            writer.WriteString("from"u8, from.UtcDateTime);
            writer.WriteString("to"u8, to.UtcDateTime);
            writer.WriteString("reason"u8, "not-recorded"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
