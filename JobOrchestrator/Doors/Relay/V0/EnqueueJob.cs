using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V0;

/// <summary><c>POST /enqueue</c>: one job, in memory only unless it says <c>persist_data</c>.</summary>
internal sealed class EnqueueJob(DoorOptions options)
{
    public async Task HandleAsync(HttpContext http, Api api)
    {
        var intake = new RelayIntake(http, api);
        NewJob job = await RelayBody.ReadOneAsync(http, api, members => Read(members, intake));
        await RelayAnswers.SendAcceptedAsync(
            http, await intake.ProposeAsync(intake.OfCaller([job], options, OnDuplicate.Reject), OnDuplicate.Reject));
    }

    private static NewJob Read(RelayMembers members, RelayIntake intake) => intake.NewJob(intake.Spec(members) with
    {
        LeaseSeconds = (int)Math.Min(int.MaxValue, members.Whole("timeout", 0, long.MaxValue)),
        MaxRetries = ToMaxRetries((int)members.WholeOr(0, "max_retries", 0, byte.MaxValue)),
        Durable = members.FlagOrFalse("persist_data"),
        Input = members.Any("payload"),
    }) with
    {
        State = members.AnyOrNull("state"),
    };

    /// <summary>It counted one too many, except from zero.</summary>
    private static int ToMaxRetries(int said) => said == 0 ? 0 : said + 1;
}
