using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

public sealed class PageDigestTests
{
    private const int PageJobs = 256;

    private static readonly DateTimeOffset Start = TestJobs.Start;

    /// <summary>What a digest says no to must never be wanted, however it was kept since.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Candidates_OfRandomJobs_HaveEveryWantedOne(int seed)
    {
        var dice = new Random(seed);
        for (int round = 0; round < 20; round++)
        {
            Job?[] jobs = [.. Enumerable.Range(0, PageJobs).Select(place => dice.Next(5) == 0 ? null : EndedJobs.Random(dice, place))];
            var grown = new PageDigest(PageJobs);
            foreach (Job job in jobs.OfType<Job>())
            {
                grown.Add((int)job.Order, job);
            }

            PageDigest folded = grown.Folded();
            foreach (PageDigest digest in (PageDigest[])[grown, folded, Read(DigestForm.Write(folded))])
            {
                for (int look = 0; look < 50; look++)
                {
                    JobFilter filter = EndedJobs.RandomFilter(dice);
                    Places candidates = filter.CandidatesOf(digest);
                    Assert.All(
                        Enumerable.Range(0, PageJobs).Where(place => jobs[place] is null || filter.Fits(jobs[place]!)),
                        place => Assert.True(candidates.Has(place), $"{filter} at {place}"));
                }
            }
        }
    }

    [Fact]
    public void Candidates_OfATextThatOneJobHas_AreFew()
    {
        PageDigest digest = Read(DigestForm.Write(Full(place => new JobSpec
        {
            Type = "test",
            Queue = "default",
            LeaseSeconds = 30,
            ExternalId = $"order-{place}",
        }).Folded()));

        int[] found = [.. Enumerable.Range(0, PageJobs).Select(number => Count(digest, DigestText.External, $"order-{number}"))];
        int[] foreign = [.. Enumerable.Range(0, PageJobs).Select(number => Count(digest, DigestText.External, $"nobody-{number}"))];

        Assert.All(found, count => Assert.InRange(count, 1, 8));
        Assert.InRange(foreign.Average(), 0, 1);
    }

    [Fact]
    public void Bytes_OfAPageOfUsualJobs_AreSome2KB()
    {
        PageDigest digest = Full(place => new JobSpec
        {
            Type = $"type-{place % 10}",
            Queue = $"queue-{place % 8}",
            Owner = $"owner-{place % 3}",
            LeaseSeconds = 30,
            ExternalId = $"order-{place}",
        });

        Assert.InRange(DigestForm.Write(digest.Folded()).Length, 500, 2_500);
        Assert.InRange(digest.Folded().Bytes, 1_000, 6_000);
    }

    /// <summary>Names without end would make pages without end.</summary>
    [Theory]
    [InlineData(DigestColumn.NamesMax, 1)]
    [InlineData(DigestColumn.NamesMax + 1, PageJobs)]
    public void Candidates_OfPagesWithManyNames_AreTheOneOrAll(int names, int most)
    {
        PageDigest digest = Read(DigestForm.Write(Full(place => new JobSpec
        {
            Type = $"t{Math.Min(place, names - 1)}",
            Queue = "default",
            LeaseSeconds = 30,
        })));

        Assert.Equal(most, new JobFilter(Type: "t3").CandidatesOf(digest).Count);
    }

    [Fact]
    public void Read_OfWhatWasCutOrIsOfAnotherPage_IsNothing()
    {
        byte[] bytes = DigestForm.Write(Full(place => new JobSpec { Type = $"t{place % 3}", Queue = "q", LeaseSeconds = 30 }));

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(DigestForm.TryRead(bytes[..length], PageJobs)));
        Assert.Null(DigestForm.TryRead(bytes, PageJobs * 2));
        Assert.NotNull(DigestForm.TryRead(bytes, PageJobs));
    }

    /// <summary>One job alone is read anew in a page that says nothing of it; of the others it goes by what it knows.</summary>
    [Fact]
    public void Candidates_OfJobsThatItDoesNotKnow_AreAllOfThem()
    {
        var digest = new PageDigest(PageJobs);
        digest.Add(7, EndedJobs.Of(7, JobStatus.Completed));
        digest.Add(9, EndedJobs.Of(9, JobStatus.Failed));

        Places candidates = new JobFilter(JobStatus.Failed).CandidatesOf(digest);

        Assert.Equal((PageJobs - 1, false), (candidates.Count, candidates.Has(7)));
    }

    [Fact]
    public void Document_WithADigest_IsReadAgainAndWithAnUnknownOneIsReadWithout()
    {
        var page = new PageDocument([Guid.NewGuid()]) { Digest = [1, 2, 3] };

        string json = System.Text.Encoding.UTF8.GetString(page.ToUtf8(0));

        Assert.Equal([1, 2, 3], Parse(json).Digest);
        Assert.All(
            new[] { """{"version":2""", """{"version":"1" """, """{"version":1.5""", """{"versions":1""" },
            other => Assert.Null(Parse(json.Replace("""{"version":1""", other, StringComparison.Ordinal)).Digest));
        Assert.All(
            new[] { "null", "7", "{}", """{"version":1,"bytes":"%"}""", """{"version":1,"bytes":[]}""" },
            other => Assert.Null(Parse($$"""{"ids":[],"digest":{{other}}}""").Digest));

        static PageDocument Parse(string json) => PageDocument.Parse(System.Text.Encoding.UTF8.GetBytes(json));
    }

    private static PageDigest Read(byte[] bytes)
    {
        PageDigest? digest = DigestForm.TryRead(bytes, PageJobs);
        Assert.NotNull(digest);
        return digest;
    }

    private static PageDigest Full(Func<int, JobSpec> specOf)
    {
        var digest = new PageDigest(PageJobs);
        for (int place = 0; place < PageJobs; place++)
        {
            digest.Add(place, EndedJobs.Of(place, JobStatus.Completed) with { Spec = specOf(place) });
        }

        return digest;
    }

    private static int Count(PageDigest digest, DigestText kind, string text)
    {
        Places among = digest.Known.Copy();
        digest.Narrow([TextHash.Of(kind, text)], among);
        return among.Count;
    }
}
