namespace JobOrchestrator.Simulation;

/// <summary>What may go wrong in the world. The numbers are part of a fault's number, so they stay.</summary>
internal enum FaultKind
{
    /// <summary>A request or its answer takes up to just under the time limit.</summary>
    SlowAnswer = 1,

    /// <summary>A request never arrives.</summary>
    LostBefore = 2,

    /// <summary>It is carried out, and the answer never arrives.</summary>
    LostAfter = 3,

    /// <summary>It is carried out, and the answer comes when nobody waits for it any more.</summary>
    LateAnswer = 4,

    /// <summary>It is carried out up to a minute later: its caller has given up by then, or is dead.</summary>
    LateWrite = 5,

    /// <summary>The sidecar answers with an error of its own, and the request is carried out all the same.</summary>
    ErrorThenApplied = 6,

    /// <summary>The sidecar answers with an error of its own, and the request is not carried out.</summary>
    Error = 7,

    /// <summary>It is refused for now.</summary>
    Busy = 8,

    /// <summary>The connection is refused.</summary>
    NeverSent = 9,

    /// <summary>A bulk read leaves keys out.</summary>
    KeyLeftOut = 10,

    /// <summary>The sidecar repeats a write by itself that was carried out: the answer is a conflict.</summary>
    Repeated = 11,

    /// <summary>It is refused, though nothing is wrong with it.</summary>
    Refused = 12,

    /// <summary>The store is away for everybody.</summary>
    StoreAway = 20,

    /// <summary>The documents of one partition are away.</summary>
    PartitionAway = 21,

    /// <summary>One process is cut off from the store.</summary>
    CutOff = 22,

    /// <summary>One kind of request is not answered.</summary>
    KindAway = 23,

    /// <summary>The store is slow for everybody.</summary>
    StoreSlow = 24,

    /// <summary>A process dies and begins again.</summary>
    Kill = 30,

    /// <summary>A process stands still while its clock runs.</summary>
    Freeze = 31,

    /// <summary>A machine stands still, its clock too.</summary>
    Suspend = 32,

    /// <summary>A process is slow.</summary>
    SlowLane = 33,

    /// <summary>A wall clock is moved.</summary>
    WallStep = 34,

    /// <summary>A second process begins under the name of one that runs.</summary>
    Twice = 35,

    /// <summary>A process is asked to stop, and begins again.</summary>
    Restart = 36,

    /// <summary>A call to a replica is lost.</summary>
    CallLost = 40,

    /// <summary>A call's answer is lost.</summary>
    CallAnswerLost = 41,

    /// <summary>A call or its answer is late.</summary>
    CallLate = 42,

    /// <summary>Nobody reaches a replica.</summary>
    Unreachable = 43,

    /// <summary>A publish never arrives.</summary>
    PublishLost = 50,

    /// <summary>A publish's answer never arrives.</summary>
    PublishAnswerLost = 51,

    /// <summary>A publish is slow.</summary>
    PublishSlow = 52,

    /// <summary>Some of a bulk publish is not taken.</summary>
    PublishInPart = 53,

    /// <summary>The broker is away.</summary>
    BrokerAway = 54,

    /// <summary>One topic is refused until all is calm.</summary>
    TopicRefused = 55,

    /// <summary>A worker abandons its jobs.</summary>
    WorkerGone = 60,

    /// <summary>A worker keeps silent for longer than its lease, and then reports.</summary>
    WorkerSilent = 61,

    /// <summary>A worker repeats a report.</summary>
    ReportTwice = 62,

    /// <summary>A worker reports with a token that is not its own.</summary>
    ForeignToken = 63,

    /// <summary>A caller leaves before it is answered.</summary>
    CallerLeaves = 64,

    /// <summary>A process of the SDK's worker dies and begins again.</summary>
    SdkKill = 70,

    /// <summary>A process of the SDK's worker stands still while its clock runs.</summary>
    SdkFreeze = 71,

    /// <summary>A machine with the SDK's worker stands still, its clock too.</summary>
    SdkSuspend = 72,

    /// <summary>A process of the SDK's worker is asked to stop, and begins again.</summary>
    SdkStop = 73,

    /// <summary>The wall clock of a process of the SDK's worker is moved.</summary>
    SdkWallStep = 74,

    /// <summary>A script of several faults: <see cref="Nemesis"/>.</summary>
    Nemesis = 90,

    /// <summary>The one fault of a sweep: <see cref="CallFault"/>.</summary>
    OneCall = 91,

    /// <summary>An owner dies and begins again.</summary>
    OwnerKill = 92,

    /// <summary>An owner's machine loses power, and with it the last of what it remembered.</summary>
    OwnerPowerCut = 93,

    /// <summary>The broker never brings an event.</summary>
    DeliveryLost = 94,

    /// <summary>The broker brings an event twice.</summary>
    DeliveryTwice = 95,

    /// <summary>The broker brings an event late.</summary>
    DeliveryLate = 96,

    /// <summary>A handler throws.</summary>
    HandlerThrows = 97,
}
