using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>The callers' JSON inside a stored document.</summary>
public sealed class KeptJsonTests
{
    public static TheoryData<string> Texts =>
    [
        "\"" + new string('\u007f', 1_000) + "\"",
        "\"" + string.Concat(Enumerable.Repeat("😀", 1_000)) + "\"",
        "\"" + new string('\u0085', 1_000) + new string('\u2028', 1_000) + "<>&'+\"",
        "[" + string.Join(",", Enumerable.Repeat("\"\"", 1_000)) + "]",
        "\"" + string.Concat(Enumerable.Repeat("\\\\\\\"\\n\\u0000\\ud800", 500)) + "\"",
        "{\r\n\t\"a\" : 1.10,\r\n\t\"b\" : [ ]\r\n}",
        "{}",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Document_AnyText_ComesBackExactlyAndIsNoLargerThanReckoned(string text)
    {
        var json = JsonText.Of(text);
        Job job = SomeJob(json) with { State = json, Result = json, Error = new JobError("about:blank", "t", json) };
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json.WriterOptions))
        {
            JobDocument.Write(writer, job, epoch: 1, commit: 1);
        }

        Job read = Assert.IsType<JobLookup.Found>(JobDocument.Read(stream.ToArray())).Job;

        Assert.All([read.Input, read.State, read.Result, read.Error!.Detail], kept => Assert.Equal(text, kept!.ToString()));
        Assert.InRange(stream.Length, 1, job.DocumentBytesMax);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(402)]
    public void Document_ErrorsStatus_ComesBack(int? status)
    {
        Job job = SomeJob() with { Error = new JobError("/problems/no-money", "No money.", Status: status) };
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Json.WriterOptions))
        {
            JobDocument.Write(writer, job, epoch: 1, commit: 1);
        }

        Assert.Equal(job.Error, Assert.IsType<JobLookup.Found>(JobDocument.Read(stream.ToArray())).Job.Error);
    }

    private static Job SomeJob(JsonText? input = null)
    {
        var at = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var spec = new JobSpec { Type = "t", Queue = "q", LeaseSeconds = 30, Input = input };
        return new Job { Id = JobId.Create(at, 0, 7), Order = 0, Spec = spec, RunAt = at, CreatedAt = at, UpdatedAt = at };
    }
}
