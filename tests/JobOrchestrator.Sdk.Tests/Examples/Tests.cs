using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Sdk.Tests.Examples;

public sealed class ThumbnailProcessorTests
{
    private sealed class NoPictures : IPictures
    {
        public Task<byte[]?> FindAsync(Uri address, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

        public Task<Thumbnail> ShrinkAsync(byte[] picture, int width, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class SlowPictures(TimeProvider time) : IPictures
    {
        public Task<byte[]?> FindAsync(Uri address, CancellationToken cancellationToken) => Task.FromResult<byte[]?>([1]);

        public async Task<Thumbnail> ShrinkAsync(byte[] picture, int width, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), time, cancellationToken);
            return new Thumbnail(new Uri("https://example.com/small.png"), width, 100);
        }
    }

    // snippet:testing
    [Fact]
    public async Task NoPicture_FailsForGood()
    {
        await using var test = new JobTest<ThumbnailProcessor>(services => services.AddSingleton<IPictures, NoPictures>());

        JobTestRun run = await test.RunAsync(new MakeThumbnail(new Uri("https://example.com/cover.png"), 200));

        Assert.Equal(JobTestOutcome.FailedPermanently, run.Outcome);
        Assert.Equal("There is no picture at https://example.com/cover.png.", run.Error!.Title);
    }

    [Fact]
    public async Task SlowPicture_TakesAMinuteOfTheManualClock()
    {
        await using var test = new JobTest<ThumbnailProcessor>(services => services.AddSingleton<IPictures, SlowPictures>());

        JobTestRun run = test.Start(new MakeThumbnail(new Uri("https://example.com/cover.png"), 200));
        await test.Clock.TimerSetAsync();
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        await run.Ended;

        Assert.Equal(200, run.ReadResult<Thumbnail>()!.Width);
        Assert.Equal("loaded", Assert.Single(run.Progress).Message);
    }
    // end-snippet

    // snippet:testing-caller
    [Fact]
    public async Task Cover_WhoseThumbnailFails_IsShownWithoutOne()
    {
        var jobs = new FakeJobClient();
        var covers = new Covers(jobs);    // takes an IJobClient

        Task<Uri?> shown = covers.ThumbnailAsync(new Uri("https://example.com/cover.png"));
        FakeSubmission started = Assert.Single(jobs.Submissions);
        jobs.Fail(started.Job.Id, "There is no such picture.");

        Assert.Null(await shown);
        Assert.Equal(200, jobs.Inputs<MakeThumbnail>()[0].Width);
    }

    [Fact]
    public async Task Cover_WithAThumbnail_IsShownWithIt()
    {
        FakeJobClient jobs = new FakeJobClient().Answer((MakeThumbnail input) => new Thumbnail(input.Picture, input.Width, 100));

        Assert.NotNull(await new Covers(jobs).ThumbnailAsync(new Uri("https://example.com/cover.png")));
    }
    // end-snippet
}
