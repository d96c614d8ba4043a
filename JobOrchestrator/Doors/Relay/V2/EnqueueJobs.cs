using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>
/// <c>POST /v2/queues/jobs?mode=</c>: where ids are taken, <c>unique</c> refuses all, <c>ignore</c> passes over those jobs, and
/// <c>replace</c> puts the new ones in the place of the old, even of those that run.
/// </summary>
internal sealed class EnqueueJobs(DoorOptions options)
{
    public async Task HandleAsync(HttpContext http, Api api)
    {
        var intake = new RelayIntake(http, api);
        OnDuplicate mode = RelayV2.ModeOf(http);
        List<NewJob> read = await RelayBody.ReadManyAsync(http, api, members => JobJson.Read(members, intake));
        await RelayAnswers.SendAcceptedAsync(http, await intake.ProposeAsync(intake.OfCaller(read, options, mode), mode));
    }
}
