using JobOrchestrator.Core;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests;

public sealed class DigestTestTests
{
    private const int PageJobs = 64;

    private static readonly DateTimeOffset Now = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly JobStatus[] Final = [JobStatus.Completed, JobStatus.Failed, JobStatus.Cancelled];

    /// <summary>What a digest holds back is never read: it must be none of what the query finds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Narrow_ByRandomQueries_LeavesEveryJobThatIsFound(int seed)
    {
        var dice = new Random(seed);
        int passed = 0, held = 0;
        for (int round = 0; round < 20; round++)
        {
            Job[] jobs = [.. Enumerable.Range(0, PageJobs).Select(place => Ended(dice, place))];
            PageDigest digest = Stored(jobs);
            for (int look = 0; look < 100; look++)
            {
                string text = string.Join(' ', Enumerable.Range(0, dice.Next(1, 4)).Select(_ => Term(dice, jobs)).Distinct());
                var query = JobQuery.Parse(text);
                var test = new JobTest(query, Now, TimeZoneInfo.Utc, _ => false);
                Places among = digest.Known.Copy();
                DigestTest.Of(query, Now, TimeZoneInfo.Utc)?.Invoke(digest, among);
                foreach (Job job in jobs)
                {
                    Assert.True(!test.Fits(job) || among.Has((int)job.Order), $"{text} holds back {job.Id}.");
                    (passed, held) = among.Has((int)job.Order) ? (passed + 1, held) : (passed, held + 1);
                }
            }
        }

        Assert.InRange(held, passed / 2, int.MaxValue);
    }

    [Theory]
    [InlineData("status:failed", 1)]
    [InlineData("-status:completed,cancelled", 1)]
    [InlineData("status:new", 0)]
    [InlineData("queue:mail", 1)]
    [InlineData("queue:ma*", 1)]
    [InlineData("queue:nobody", 0)]
    [InlineData("-queue:mail", 0)]
    [InlineData("type:send,other", 1)]
    [InlineData("-owner:*", 1)]
    [InlineData("owner:*", 0)]
    [InlineData("error:urn:timeout", 1)]
    [InlineData("error:urn:other", 0)]
    [InlineData("error:~anything", 1)]
    [InlineData("label.tenant:42", 1)]
    [InlineData("label.tenant:43", 0)]
    [InlineData("label.tenant:4*", 1)]
    [InlineData("label.region:*", 0)]
    [InlineData("-label.tenant:42", 1)]
    [InlineData("external:order-1", 1)]
    [InlineData("external:order-2,order-1", 1)]
    [InlineData("external:order-2", 0)]
    [InlineData("external:ord*", 1)]
    [InlineData("worker:w1", 1)]
    [InlineData("worker:w2", 0)]
    [InlineData("order-1", 1)]
    [InlineData("42", 1)]
    [InlineData("order-2", 0)]
    [InlineData("20300101", 0)]
    [InlineData("ffffffff", 0)]
    [InlineData("f47ac10b-58cc-4372-a567-0e02b2c3d479", 0)]
    [InlineData("0123456789abcdef0123456789abcdef", 0)]
    [InlineData("finished:>2030-01-01T10:00:00Z", 1)]
    [InlineData("finished:<2030-01-01T10:00:00Z", 0)]
    [InlineData("finished:2030-01-01", 1)]
    [InlineData("finished:2030-01-02", 0)]
    [InlineData("attempt:>3", 1)]
    public void Narrow_OfOneJob_LeavesItWhereItMayBeWanted(string text, int places)
    {
        Job job = Ended(new Random(1), 0) with
        {
            Status = JobStatus.Failed,
            Spec = new JobSpec { Type = "send", Queue = "mail", ExternalId = "order-1", LeaseSeconds = 30 },
            Error = new JobError("urn:timeout", "Too long."),
            Labels = JobLabels.Of([KeyValuePair.Create("tenant", "42")]),
            FinishedAt = new DateTimeOffset(2030, 1, 1, 11, 0, 0, TimeSpan.Zero),
            Attempts = [new Attempt(1, "w1", Now, "t", Now, AttemptOutcome.Failed, null)],
        };
        PageDigest digest = Stored([job]);
        Places among = digest.Known.Copy();

        DigestTest.Of(JobQuery.Parse(text), Now, TimeZoneInfo.Utc)?.Invoke(digest, among);

        Assert.Equal(places, among.Count);
    }

    /// <summary>The beginning of an id is a word as well, and no digest knows ids.</summary>
    [Fact]
    public void Narrow_ByTheBeginningOfAnId_LeavesAllOfThatTime()
    {
        Job[] jobs = [.. Enumerable.Range(0, PageJobs).Select(place => Ended(new Random(place), place))];
        PageDigest digest = Stored(jobs);
        Places among = digest.Known.Copy();

        DigestTest.Of(JobQuery.Parse($"{jobs[5].Id}"[..10]), Now, TimeZoneInfo.Utc)?.Invoke(digest, among);

        Assert.Equal(PageJobs, among.Count);
    }

    private static PageDigest Stored(IReadOnlyList<Job> jobs)
    {
        var digest = new PageDigest(PageJobs);
        foreach (Job job in jobs)
        {
            digest.Add((int)job.Order, job);
        }

        PageDigest? stored = DigestForm.TryRead(DigestForm.Write(digest.Folded()), PageJobs);
        Assert.NotNull(stored);
        return stored;
    }

    private static string Term(Random dice, Job[] jobs)
    {
        string[] values = dice.Next(3) == 0 ? [Value(dice), Value(dice)] : [Value(dice)];
        string term = dice.Next(15) switch
        {
            0 => $"status:{Pick(dice, "failed", "completed", "cancelled", "inprogress", "new", "running,failed")}",
            1 => $"queue:{string.Join(',', values)}",
            2 => $"type:{string.Join(',', values)}",
            3 => $"owner:{string.Join(',', values)}",
            4 => $"worker:{string.Join(',', values)}",
            5 => $"external:{string.Join(',', values)}",
            6 => $"key:{string.Join(',', values)}",
            7 => $"error:{Pick(dice, "a", "b", "~a", "*", "a,b")}",
            8 => $"label.k{dice.Next(4)}:{string.Join(',', values)}",
            9 => Pick(dice, "a", "b", "c", "d", jobs[dice.Next(jobs.Length)].Id.ToString()[..dice.Next(8, 37)]),
            10 => $"finished:{Pick(dice, "<20h", ">20h", "2030-01-01", "2030-01-02T10:00..2030-01-02T11:00")}",
            11 => $"created:{Pick(dice, "<30h", ">30h", "2030-01-01")}",
            12 => $"attempt:{dice.Next(3)}",
            13 => "retriedas:*",
            _ => $"{Pick(dice, "older", "younger")}:{dice.Next(1, 40)}h",
        };
        return dice.Next(4) == 0 && !term.StartsWith("older", StringComparison.Ordinal) ? $"-{term}" : term;
    }

    private static string Value(Random dice) => Pick(dice, "a", "b", "c", "d", "nobody", "a*", "*");

    private static T Pick<T>(Random dice, params T[] from) => from[dice.Next(from.Length)];

    private static Job Ended(Random dice, long order)
    {
        DateTimeOffset created = Now.AddMinutes(-dice.Next(1, 3_000));
        return new Job
        {
            Id = JobId.Create(created.AddSeconds(-dice.Next(60)), 0, (ulong)dice.NextInt64()),
            Order = order,
            Status = Pick(dice, Final),
            Spec = new JobSpec
            {
                Type = Pick(dice, "a", "b", "c"),
                Queue = Pick(dice, "a", "b"),
                Owner = Pick(dice, "a", "b", null),
                ExternalId = Pick(dice, "a", "b", "c", null),
                UniqueKey = Pick(dice, "d", null, null),
                LeaseSeconds = 30,
            },
            IdempotencyKey = Pick(dice, "c", "d", null),
            RunAt = created,
            CreatedAt = created,
            UpdatedAt = created,
            FinishedAt = created.AddMinutes(dice.Next(600)),
            Error = Pick(dice, new JobError("a", "a"), new JobError("b", "b"), null),
            Attempt = dice.Next(3),
            RetriedAs = Pick<JobId?>(dice, JobId.Create(created, 0, 1), null),
            Labels = JobLabels.Of(Enumerable.Range(0, 3).Where(_ => dice.Next(2) == 0)
                .Select(key => KeyValuePair.Create($"k{key}", Pick(dice, "a", "b", "c")))),
            Attempts =
            [
                .. Enumerable.Range(1, dice.Next(3)).Select(
                    number => new Attempt(number, Pick(dice, "a", "b", "c"), created, $"t{number}", created, AttemptOutcome.Failed, null)),
            ],
        };
    }
}
