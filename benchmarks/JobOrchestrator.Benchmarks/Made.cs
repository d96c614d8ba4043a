using JobOrchestrator.Core;

namespace JobOrchestrator.Benchmarks;

/// <summary>Submissions that differ by their number alone.</summary>
internal static class Made
{
    public static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static NewJob Job(int number, string queue = "mail") => new()
    {
        Id = JobId.Create(Begin, 0, (ulong)number),
        Spec = new JobSpec
        {
            Type = "send",
            Queue = queue,
            Owner = "shop",
            LeaseSeconds = 30,
            MaxRetries = 3,
            Input = JsonText.Of("""{"to":"somebody@example.com","subject":"Your order","lines":[1,2,3,4,5]}"""),
        },
    };
}
