using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Documents as they stand in stores: what was written once has to be read for ever, and written as it was.</summary>
public sealed class JobDocumentTests
{
    private const string Smallest =
        """
        {"epoch":3,"commit":14,"id":"01a2b3c4-d5e6-7000-8000-000000000001","order":7,"type":"resize","queue":"pictures","status":"New",
        "attempt":0,"failures":0,"backoff":{"kind":"exponential","seconds":1,"maxSeconds":300,"jitter":0.1},"leaseSeconds":30,
        "runAt":"2030-01-01T00:00:00Z","priority":0,"sequence":1,
        "createdAt":"2030-01-01T00:00:00Z","updatedAt":"2030-01-01T00:00:00Z"}
        """;

    private const string Largest =
        """
        {"epoch":3,"commit":14,"id":"01a2b3c4-d5e6-7000-8000-000000000001","order":7,"externalId":"order-1",
        "type":"resize","queue":"pictures","owner":"shop","status":"InProgress","input":"[1.10,2]","state":"{\"at\": 3}","result":"null",
        "progress":{"percent":12.5,"message":"half"},"error":{"type":"about:blank","title":"Broken.","status":502,"detail":"[7]"},
        "attempt":2,"failures":1,"maxRetries":5,"backoff":{"kind":"linear","seconds":2,"maxSeconds":60,"jitter":0},"leaseSeconds":45,
        "timeLimitSeconds":600,"deadlineAt":"2030-01-01T00:10:00Z","runAt":"2030-01-01T00:00:01.5Z","priority":-4,
        "labels":{"area":"n\\u00f6rd \"1\"","tenant":"42"},"uniqueKey":"u",
        "uniqueSeconds":90,"idempotencyKey":"i","fingerprint":"0123456789abcdef0123456789abcdef","idempotencyUntil":"2030-01-01T01:00:00Z",
        "cancelRequested":true,"lease":{"token":"t2","worker":"w2","expiresAt":"2030-01-01T00:01:00.1234567Z","cancelTold":true,
        "stateNumber":7},
        "attempts":[{"number":1,"worker":"w1","startedAt":"2030-01-01T00:00:02Z","token":"t1","endedAt":"2030-01-01T00:00:03Z",
        "outcome":"Failed","error":"Broken."},{"number":2,"worker":"w2","startedAt":"2030-01-01T00:00:09Z","token":"t2"}],"sequence":4,
        "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"vendor=1",
        "retryOf":"01a2b3c4-d5e6-7000-8000-000000000002",
        "retriedAs":"01a2b3c4-d5e6-7000-8000-000000000003","createdAt":"2030-01-01T00:00:00Z","startedAt":"2030-01-01T00:00:02Z",
        "updatedAt":"2030-01-01T00:00:09Z","finishedAt":"2030-01-01T00:00:10Z","expiresAt":"2030-01-08T00:00:10Z"}
        """;

    // Documents of before heartbeats were counted have none.
    private const string WithHeartbeats =
        """
        {"epoch":3,"commit":14,"id":"01a2b3c4-d5e6-7000-8000-000000000001","order":7,"type":"resize","queue":"pictures",
        "status":"InProgress",
        "attempt":2,"failures":1,"backoff":{"kind":"exponential","seconds":1,"maxSeconds":300,"jitter":0.1},"leaseSeconds":30,
        "runAt":"2030-01-01T00:00:00Z","priority":0,"lease":{"token":"t2","worker":"w2","expiresAt":"2030-01-01T00:01:00Z",
        "heartbeats":{"count":1,"lastAt":"2030-01-01T00:00:29.5000001Z","gap":20500}},
        "attempts":[{"number":1,"worker":"w1","startedAt":"2030-01-01T00:00:02Z","token":"t1","endedAt":"2030-01-01T00:00:03Z",
        "outcome":"Failed","error":"Broken.","heartbeats":{"count":2147483647,"lastAt":"2030-01-01T00:00:02.75Z","gap":1}},
        {"number":2,"worker":"w2","startedAt":"2030-01-01T00:00:09Z","token":"t2"}],"sequence":4,
        "createdAt":"2030-01-01T00:00:00Z","updatedAt":"2030-01-01T00:00:00Z"}
        """;

    [Theory]
    [InlineData(Smallest)]
    [InlineData(Largest)]
    [InlineData(WithHeartbeats)]
    public void ReadAndWrite_StoredDocument_GivesTheSameBytes(string lines)
    {
        string document = lines.ReplaceLineEndings("");

        Job job = Assert.IsType<JobLookup.Found>(JobDocument.Read(Encoding.UTF8.GetBytes(document))).Job;

        Assert.Equal(document, Write(job));
    }

    [Fact]
    public void Read_LargestDocument_HasEveryFieldOfItsSpec()
    {
        Job job = Assert.IsType<JobLookup.Found>(JobDocument.Read(Encoding.UTF8.GetBytes(Largest))).Job;

        Assert.Equal(
            new JobSpec
            {
                Type = "resize",
                Queue = "pictures",
                Owner = "shop",
                ExternalId = "order-1",
                Input = JsonText.Of("[1.10,2]"),
                MaxRetries = 5,
                Backoff = new Backoff(BackoffKind.Linear, 2, 60, 0),
                LeaseSeconds = 45,
                TimeLimitSeconds = 600,
                UniqueKey = "u",
                UniqueSeconds = 90,
                Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                Tracestate = "vendor=1",
            },
            job.Spec);
    }

    private static string Write(Job job)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json.WriterOptions))
        {
            JobDocument.Write(writer, job, epoch: 3, commit: 14);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
