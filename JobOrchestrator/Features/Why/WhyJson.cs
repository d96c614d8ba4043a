using System.Diagnostics;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Why;

/// <summary>The answer as JSON.</summary>
internal static class WhyJson
{
    public static void Write(Utf8JsonWriter writer, WhyDocument document)
    {
        writer.WriteStartObject();
        writer.WriteString("jobId"u8, document.Job.Id.Value);
        writer.WriteString("phase"u8, Words.Of(document.Phase));
        writer.WriteString("asOf"u8, document.AsOf.UtcDateTime);
        writer.WriteStartArray("reasons"u8);
        foreach (WhyReason reason in document.Reasons)
        {
            Write(writer, reason);
        }

        writer.WriteEndArray();
        if (document.Place is { } place)
        {
            Write(writer, place);
        }

        if (document.Estimate is { } estimate)
        {
            Write(writer, estimate);
        }

        writer.WriteText("noEstimate"u8, document.NoEstimate);
        if (document.Spent is { } spent)
        {
            writer.WriteStartObject("spent"u8);
            writer.WriteNumber("waiting"u8, spent.Waiting);
            writer.WriteNumber("running"u8, spent.Running);
            writer.WriteNumber("pausing"u8, spent.Pausing);
            writer.WriteEndObject();
        }

        writer.WriteString("text"u8, document.Text);
        writer.WriteText("fix"u8, document.Fix);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, WhyReason reason)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, reason.Code);
        foreach ((string name, object? value) in reason.Members)
        {
            Write(writer, name, value);
        }

        writer.WriteString("text"u8, reason.Text);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                writer.WriteString(name, text);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case double number:
                writer.WriteNumber(name, number);
                break;
            case DateTimeOffset instant:
                writer.WriteString(name, instant.UtcDateTime);
                break;
            case string[] texts:
                writer.WriteTexts(name, texts);
                break;
            default:
                throw new UnreachableException($"No way to write a {value.GetType().Name}.");
        }
    }

    private static void Write(Utf8JsonWriter writer, Ahead place)
    {
        writer.WriteStartObject("place"u8);
        writer.WriteNumber("ahead"u8, place.All);
        writer.WriteNumber("aheadOfType"u8, place.OfType);
        writer.WriteNumber("higherPriority"u8, place.OfHigherPriority);
        writer.WriteBoolean("exact"u8, true);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, WhyEstimate estimate)
    {
        writer.WriteStartObject("estimate"u8);
        writer.WriteString("start"u8, estimate.Start.UtcDateTime);
        writer.WriteString("earliest"u8, estimate.Earliest.UtcDateTime);
        writer.WriteString("latest"u8, estimate.Latest.UtcDateTime);
        writer.WriteString("certainty"u8, estimate.Certainty);
        writer.WriteString("basis"u8, estimate.Basis);
        if (estimate.End is { } end)
        {
            writer.WriteString("end"u8, end.UtcDateTime);
        }

        writer.WriteEndObject();
    }
}
