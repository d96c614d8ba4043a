using System.Text;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class EventJsonTests
{
    [Fact]
    public void Data_OfAJobWithLabels_HasThem()
    {
        Job job = TestJobs.Job(1);

        string plain = Write(job);
        string labelled = Write(job with { Labels = JobLabels.Of([new("tenant", "42"), new("area", "nörd \"1\"")]) });

        Assert.DoesNotContain("labels", plain, StringComparison.Ordinal);
        Assert.Contains(",\"labels\":{\"area\":\"nörd \\\"1\\\"\",\"tenant\":\"42\"},\"status\"", labelled, StringComparison.Ordinal);
    }

    private static string Write(Job job)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json.WriterOptions))
        {
            EventJson.WriteData(writer, new JobEvent(JobEventKind.Created, job, null));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
