using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Shards;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Marks;

/// <summary>The routes of marks.</summary>
internal static class MarksFeature
{
    public static IServiceCollection AddMarks(this IServiceCollection services) =>
        services.AddSingleton(_ => new MarkBook()).AddSingleton(_ => new VersionWatch());

    /// <summary>Keeps them beyond restarts.</summary>
    public static IServiceCollection AddKeptMarks(this IServiceCollection services) =>
        services.AddHostedService(static provider =>
        {
            ReplicaSettings settings = provider.GetRequiredService<ReplicaSettings>();
            TimeProvider time = provider.GetRequiredService<TimeProvider>();
            var store = new StoreCalls(
                provider.GetRequiredService<IStateStore>(), settings.RequestTimeout, settings.Bounds.StoreAway, time);
            return new MarkKeeper(
                provider.GetRequiredService<MarkBook>(), store, settings.Bounds.StoreAway,
                provider.GetRequiredService<Loops>(), time,
                provider.GetRequiredService<ILogger<MarkKeeper>>());
        });

    public static void MapMarks(this IEndpointRouteBuilder routes)
    {
        MarkBook marks = routes.ServiceProvider.GetRequiredService<MarkBook>();
        routes.MapRead("/marks", (http, api) => ListMarks.HandleAsync(http, api, marks)).Describe(
            new OperationDoc(
                    "Operations",
                    "listMarks",
                    "See what happened when",
                    "What may explain a change in what is plotted: marks that somebody has set, queues paused and resumed, what was done "
                    + "to many jobs, and workers that came with another version. The last 500 of 36 days, kept in the state store. "
                    + "Whoever is bound to queues gets those about them; names of keys, reasons and queries are for those who "
                    + "operate what it is about.")
                .Query(
                    "from",
                    "From when: an instant, or an age such as -15m, -1h or -7d. By default from the first.",
                    _ => Schema.Text("").Else("-36d"))
                .Query("to", "Until when, in the same way.", _ => Schema.Text("").Else("-0s"))
                .Gives(200, "The marks, the first one first.", One("Marks"))
                .Refuses(ProblemType.MalformedRequest));
        routes.MapCommand("/marks", (http, api) => SetMark.HandleAsync(http, api, marks)).Describe(
            new OperationDoc(
                    "Operations",
                    "setMark",
                    "Say what happens now",
                    "A line that is shown in plots at this moment, such as a deploy that begins. About a queue for those who operate it; "
                    + "else for those who operate every queue.")
                .Takes("NewMark", ("A deploy", """{"text":"worker 1.4.2 goes out"}"""))
                .Gives(201, "The mark.", One("Mark"))
                .WithBodyProblems()
                .Refuses(ProblemType.Forbidden));
    }
}
