using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Tests.Http;

public sealed class EntityTagsTests
{
    [Theory]
    [InlineData("\"7\"", 7)]
    [InlineData("\"7\", W/\"8\", \"10\"", 8)]
    [InlineData("\"7-gzip\", W/\"8;br\", \"10\"", 8)]
    [InlineData("\"8\"", 8)]
    [InlineData("*", long.MaxValue)]
    public void SeenUpTo_TagsOfWhatIsToCome_GoesOnToTheFirstThatIsMissing(string tags, long expected)
    {
        Assert.Equal(expected, EntityTags.SeenUpTo(Request(tags), Job(7)));
    }

    /// <summary>M9's kind: a head of 30 KB had each of 4,500 tags looked for among all of them, most of a second a request.</summary>
    [Fact]
    public void SeenUpTo_ThousandsOfTags_ReadsThemOnce()
    {
        const int Count = 4_000;
        HttpRequest request = Request(string.Join(',', Enumerable.Range(1, Count).Select(number => $"\"{number}\"")));
        Job job = Job(1);
        long before = GC.GetAllocatedBytesForCurrentThread();

        long seen = EntityTags.SeenUpTo(request, job);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Count, seen);
        Assert.True(allocated < 1_000 * Count, $"{allocated} bytes.");
    }

    private static HttpRequest Request(string tags)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.IfNoneMatch = tags;
        return http.Request;
    }

    private static Job Job(long sequence) => new()
    {
        Id = new JobId(Guid.CreateVersion7()),
        Order = 0,
        Spec = new JobSpec { Type = "t", Queue = "q", LeaseSeconds = 30 },
        Sequence = sequence,
        RunAt = DateTimeOffset.UnixEpoch,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
