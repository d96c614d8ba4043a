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
        Thumbnail thumbnail = await jobs.RunAsync(
            new MakeThumbnail(new Uri("https://example.com/cover.png"), 200), cancellationToken: cancellationToken);
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

    public async Task<int> StartManyAsync(IReadOnlyList<Uri> pictures, CancellationToken cancellationToken)
    {
        // snippet:caller-many
        // All or none, in one request.
        IReadOnlyList<Job> started = await jobs.EnqueueManyAsync(
            pictures.Select(picture => new MakeThumbnail(picture, 200)), cancellationToken: cancellationToken);

        // Any number, each by itself: some may be refused.
        IReadOnlyList<JobSubmissionOutcome> outcomes = await jobs.EnqueueEachAsync(
            pictures.Select(picture => new JobSubmission(
                new MakeThumbnail(picture, 400), new JobOptions { UniqueKey = picture.AbsoluteUri })),
            new JobBatchOptions { IdempotencyKey = "monday", OnDuplicate = JobDuplicate.Return },
            cancellationToken);
        foreach (JobSubmissionOutcome refused in outcomes.Where(outcome => outcome.Problem is not null))
        {
            Console.WriteLine(refused.Problem!.Title);
        }
        // end-snippet
        return started.Count;
    }

    public async Task OperateAsync(string jobId, CancellationToken cancellationToken)
    {
        // snippet:caller-operate
        await jobs.ReprioritiseAsync(jobId, priority: 10, cancellationToken: cancellationToken);
        await jobs.LabelAsync(
            jobId, new Dictionary<string, string?> { ["tenant"] = "42", ["draft"] = null }, cancellationToken: cancellationToken);

        JobQueue queue = await jobs.PauseQueueAsync("pictures", "new printer", cancellationToken);
        Console.WriteLine($"{queue.Ready} ready, {queue.Scheduled} for later, {queue.Leased} running");
        await jobs.ResumeQueueAsync("pictures", cancellationToken);

        // Dead letters: the last hour's run again, whatever is older is forgotten.
        DateTimeOffset hourAgo = DateTimeOffset.UtcNow.AddHours(-1);
        JobReplay replay = await jobs.RetryQueueAsync(
            "pictures", new FinishedJobFilter { Type = "thumbnail", CreatedAfter = hourAgo }, cancellationToken);
        int purged = await jobs.PurgeQueueAsync("pictures", new FinishedJobFilter { CreatedBefore = hourAgo }, cancellationToken);
        // end-snippet
        Console.WriteLine($"{replay.Retried} {purged}");
    }

    public Thumbnail Block()
    {
        // snippet:caller-blocking
        Thumbnail thumbnail = jobs.Run(new MakeThumbnail(new Uri("https://example.com/cover.png"), 200));
        // end-snippet
        return thumbnail;
    }
}
