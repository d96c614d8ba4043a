namespace JobOrchestrator.Sdk.Tests.Examples;

internal static class CallerSetup
{
    public static void Add(IServiceCollection services)
    {
        // snippet:caller-setup
        services.AddJobClient(options =>
        {
            options.Address = new Uri("http://localhost:5087");
            options.Owner = "shop";
        });
        // end-snippet
    }
}

internal sealed class Caller(JobClient jobs)
{
    public async Task<Uri> WaitAsync(CancellationToken cancellationToken)
    {
        // snippet:caller-run
        Thumbnail thumbnail = await jobs.RunAsync(new MakeThumbnail(new Uri("https://example.com/cover.png"), 200), cancellationToken: cancellationToken);
        // end-snippet
        return thumbnail.Address;
    }

    public async Task<Job> StartAsync(CancellationToken cancellationToken)
    {
        // snippet:caller-enqueue
        Job job = await jobs.EnqueueAsync(
            new MakeThumbnail(new Uri("https://example.com/cover.png"), 200),
            new JobOptions
            {
                Priority = 10,
                Delay = TimeSpan.FromMinutes(5),
                UniqueKey = "cover-200",
                OnDuplicate = JobDuplicate.Return,
            },
            cancellationToken);
        // end-snippet
        return job;
    }

    public async Task FollowAsync(string jobId, CancellationToken cancellationToken)
    {
        // snippet:caller-follow
        await foreach (Job now in jobs.WatchAsync(jobId, cancellationToken))
        {
            Console.WriteLine($"{now.Status} {now.Progress?.Percent} % {now.Progress?.Message}");
        }

        try
        {
            Thumbnail thumbnail = await jobs.WaitForResultAsync<Thumbnail>(jobId, cancellationToken);
            Console.WriteLine(thumbnail.Address);
        }
        catch (JobFailedException failure)
        {
            Console.WriteLine($"{failure.Error?.Title} after {failure.Job.Attempt} attempts");
        }
        // end-snippet
    }

    public Thumbnail Block()
    {
        // snippet:caller-blocking
        Thumbnail thumbnail = jobs.Run(new MakeThumbnail(new Uri("https://example.com/cover.png"), 200));
        // end-snippet
        return thumbnail;
    }
}
