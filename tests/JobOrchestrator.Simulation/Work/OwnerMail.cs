using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation;

/// <summary>
/// What the broker has for an owner: each event is brought until it is taken, in no order across them; now and then one is lost, brought
/// twice, or late.
/// </summary>
/// <param name="scene">Where.</param>
/// <param name="owner">Whose.</param>
/// <param name="dice">How long things take.</param>
internal sealed class OwnerMail(Scene scene, Owner owner, Dice dice)
{
    private static readonly TimeSpan WayLeast = TimeSpan.FromMicroseconds(500);
    private static readonly TimeSpan WayMost = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LateLeast = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LateMost = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan AgainLeast = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AgainMost = TimeSpan.FromSeconds(10);

    // A sidecar that hears nothing brings the event again.
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(30);

    private int _open;

    /// <summary>Everything has been taken.</summary>
    public bool IsEmpty => _open == 0;

    /// <summary>The broker has taken an event of this owner.</summary>
    public void Add(OutboxEvent item)
    {
        owner.Meet();
        if (Strikes(FaultKind.DeliveryLost) is { } lost)
        {
            scene.World.Note(null, lost.Line($"an event never comes to {owner.Name}"));
            return;
        }

        Add(item, twice: false);
        if (Strikes(FaultKind.DeliveryTwice) is not null)
        {
            Add(item, twice: true);
        }
    }

    private void Add(OutboxEvent item, bool twice)
    {
        TimeSpan way = dice.LogUniform(WayLeast, WayMost);
        if (Strikes(FaultKind.DeliveryLate) is { } late)
        {
            way = late.Dice.LogUniform(LateLeast, LateMost);
        }

        _open++;
        In(twice ? way * 2 : way, new Letter(item));
    }

    private void In(TimeSpan way, Letter letter) =>
        scene.World.In(way, null, StepKind.Request, "delivery", () => Bring(letter));

    private void Bring(Letter letter)
    {
        if (letter.IsTaken)
        {
            return;
        }

        letter.Tries++;
        if (owner.Lane is not { IsDead: false } lane)
        {
            In(dice.Between(AgainLeast, AgainMost), letter);
            return;
        }

        int tries = letter.Tries;
        owner.Meet();
        lane.Begin("a delivery", () => DeliverAsync(letter));
        scene.World.In(Unheard, null, StepKind.World, "unheard", () =>
        {
            if (letter.Tries == tries)
            {
                Bring(letter);
            }
        });
    }

    private async Task DeliverAsync(Letter letter)
    {
        bool isTaken = await owner.DeliverAsync(letter.Item.CloudEvent.Utf8.ToArray());
        scene.World.In(dice.LogUniform(WayLeast, WayMost), null, StepKind.Answer, "taken", () =>
        {
            if (!isTaken)
            {
                In(dice.Between(AgainLeast, AgainMost), letter);
            }
            else if (!letter.IsTaken)
            {
                letter.IsTaken = true;
                _open--;
            }
        });
    }

    private Strike? Strikes(FaultKind kind) => owner.Lane is { } lane ? scene.Faults.Meet(kind, lane) : null;

    /// <summary>One event on its way.</summary>
    private sealed class Letter(OutboxEvent item)
    {
        public OutboxEvent Item => item;

        public int Tries { get; set; }

        public bool IsTaken { get; set; }
    }
}
