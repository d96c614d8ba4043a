using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Simulation;

/// <summary>An event's id, which is <c>{jobId}-{sequence}</c>.</summary>
internal static class EventName
{
    /// <summary>The job and its sequence.</summary>
    public static (Guid Job, long Sequence) Read(ReadOnlySpan<char> id)
    {
        int end = id.LastIndexOf('-');
        return (Guid.Parse(id[..end]), long.Parse(id[(end + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>The same of a CloudEvent.</summary>
    public static (Guid Job, long Sequence) Of(JsonText cloudEvent)
    {
        var reader = new Utf8JsonReader(cloudEvent.Utf8);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                return Read(reader.GetString()!);
            }
        }

        throw new FormatException($"An event has no id: {cloudEvent}");
    }
}
