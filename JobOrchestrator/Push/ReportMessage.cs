using System.Text.Json;
using JobOrchestrator.Features.Reports;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Push;

/// <summary>
/// Reads the reports out of a delivery: the <c>data</c> of a CloudEvent, which is one report or an array of them. Publishers that say
/// less than they could are understood too: data as text or base64 that holds the JSON, and a report without any envelope. Members that
/// nobody knows, or that belong to another action, are ignored: a message has no answer, and refusing it would cost its report.
/// </summary>
internal static class ReportMessage
{
    /// <exception cref="ProblemException">There is no report in it, or it is no JSON.</exception>
    public static List<ReadReport> Read(ReadOnlySpan<byte> delivery, ApiOptions options)
    {
        ReadOnlySpan<byte> reports = DataOf(delivery);
        var body = new BodyReader(reports, options.ValueBytesMax, unknown: null, surroundings: 1) { MendsText = true };
        var read = new List<ReadReport>();
        if (!body.ObjectOrArray())
        {
            WorkerReport report = ReportReader.Read(ref body, null);
            read.Add(new ReadReport(report, body.TakeProblem()));
        }
        else
        {
            while (body.NextItem(read.Count))
            {
                if (read.Count == options.BatchItemsMax)
                {
                    throw new ProblemException(new Problem(ProblemType.TooLarge, $"A message may have {options.BatchItemsMax} reports."));
                }

                WorkerReport? report = body.InObject ? ReportReader.Read(ref body, null) : null;
                body.Leave();
                read.Add(new ReadReport(report, body.TakeProblem()));
            }
        }

        body.End();
        return read;
    }

    private static ReadOnlySpan<byte> DataOf(ReadOnlySpan<byte> delivery)
    {
        try
        {
            var json = new Utf8JsonReader(delivery, new JsonReaderOptions { MaxDepth = int.MaxValue });
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject)
            {
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    bool isData = json.ValueTextEquals("data"u8);
                    bool isBase64 = json.ValueTextEquals("data_base64"u8);
                    json.Read();
                    int start = (int)json.TokenStartIndex;
                    if (isBase64 && json.TokenType == JsonTokenType.String)
                    {
                        return Checked(json.GetBytesFromBase64());
                    }

                    if (isData && json.TokenType == JsonTokenType.String)
                    {
                        return System.Text.Encoding.UTF8.GetBytes(json.GetString()!);
                    }

                    json.Skip();
                    if (isData)
                    {
                        return delivery[start..(int)json.BytesConsumed];
                    }
                }
            }

            return delivery;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new ProblemException(Problems.Malformed(exception.Message));
        }
    }

    /// <summary>
    /// The delivery itself is known to be UTF-8, and what is packed in it is not: stored as it comes, it could never be read again.
    /// </summary>
    private static byte[] Checked(byte[] unpacked) => RequestBody.FirstInvalid(unpacked) is { } place
        ? throw new ProblemException(Problems.Malformed($"data_base64 is not UTF-8 at byte {place}."))
        : unpacked;
}

/// <summary>One report of a message, or what is wrong with it.</summary>
internal readonly record struct ReadReport(WorkerReport? Report, Problem? Problem);
