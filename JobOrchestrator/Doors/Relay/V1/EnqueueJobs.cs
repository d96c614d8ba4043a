using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary><c>POST /v1/queues/jobs</c>: of one job, a conflict is told; of several, those whose ids are taken are passed over.</summary>
internal sealed class EnqueueJobs(DoorOptions options)
{
    public async Task HandleAsync(HttpContext http, Api api)
    {
        var intake = new RelayIntake(http, api);
        List<NewJob> read = await RelayBody.ReadManyAsync(http, api, members => JobJson.Read(members, intake));
        OnDuplicate mode = read.Count == 1 ? OnDuplicate.Reject : OnDuplicate.Return;
        await RelayAnswers.SendAcceptedAsync(http, await intake.ProposeAsync(intake.OfCaller(read, options, mode), mode));
    }
}
