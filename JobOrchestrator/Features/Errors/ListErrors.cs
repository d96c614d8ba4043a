using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Errors;

/// <summary><c>GET /errors</c>: what jobs failed of lately, in groups of alike errors.</summary>
internal static class ListErrors
{
    /// <summary>The window where none is said.</summary>
    public const string WindowDefault = "24h";

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        DateTimeOffset now = api.Now;
        var window = ErrorWindow.Of(ReadWindow(Query.Text(http.Request, "window") ?? WindowDefault), now);
        var scope = ErrorsScope.Of(ApiKeys.CallerOf(http), Query.Text(http.Request, "queue"), Query.Text(http.Request, "type"));
        IReadOnlyList<ErrorsAnswer?> answers = await api.Shards.ErrorsAsync(window, scope.Owner, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(
            http,
            (window, Sum: ErrorsSum.Of(answers, scope, now), now),
            static (writer, told) => Write(writer, told.window, told.Sum, told.now));
    }

    /// <summary>Such as <c>15m</c> or <c>7d</c>.</summary>
    private static TimeSpan ReadWindow(string text)
    {
        TimeSpan unit = text.Length == 0 ? TimeSpan.Zero : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number * unit.TotalSeconds >= ErrorWindow.Shortest.TotalSeconds
            && number * unit.TotalSeconds <= ErrorWindow.Longest.TotalSeconds
            ? number * unit
            : throw Query.Malformed("window", "a time from 1m to 35d, such as 15m, 24h or 7d");
    }

    private static void Write(Utf8JsonWriter writer, ErrorWindow window, ErrorsSum sum, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("errors"u8);
        foreach (ErrorSum group in sum.Groups)
        {
            Write(writer, group);
        }

        writer.WriteEndArray();
        if (sum.Other is { } other)
        {
            writer.WriteNumber("other"u8, other);
        }

        writer.WriteString("from"u8, window.From.UtcDateTime);
        writer.WriteNumber("step"u8, window.Step);
        writer.WriteString("since"u8, sum.Since.UtcDateTime);
        writer.WriteString("asOf"u8, now.UtcDateTime);
        MissingShards.Write(writer, sum.Missing);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ErrorSum group)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, group.Id);
        writer.WriteString("text"u8, group.Key.Text);
        writer.WriteString("type"u8, group.Key.Type);
        writer.WriteString("queue"u8, group.Key.Queue);
        writer.WriteString("errorType"u8, group.Key.ErrorType);
        writer.WriteNumber("count"u8, group.Count);
        writer.WriteBoolean("countIsLowerBound"u8, group.IsLowerBound);
        writer.WriteString("firstAt"u8, group.FirstAt.UtcDateTime);
        writer.WriteString("lastAt"u8, group.LastAt.UtcDateTime);
        writer.WriteString("example"u8, group.Example.Value);
        writer.WriteStartArray("spark"u8);
        foreach (long count in group.Spark)
        {
            writer.WriteNumberValue(count);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
