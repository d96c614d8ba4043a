namespace JobOrchestrator.Core;

/// <summary>
/// The first ready jobs of all queues that hand out, best first: for each type one line of what the queues have first of it, and one line
/// of what they have first whatever its type. So a lease that names no queue costs the same however many queues there are.
/// </summary>
internal sealed class Fronts
{
    private readonly SortedSet<Place> _all = new(Place.InLine);
    private readonly Dictionary<string, SortedSet<Place>> _byType = [];

    /// <summary>Another job is first in a queue.</summary>
    /// <param name="before">The one that was; null: there was none.</param>
    /// <param name="after">The one that is; null: there is none.</param>
    public void Move(Place? before, Place? after) => Move(_all, before, after);

    /// <summary>Another job is a queue's first of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="before">The one that was; null: there was none.</param>
    /// <param name="after">The one that is; null: there is none.</param>
    public void Move(string type, Place? before, Place? after)
    {
        if (!_byType.TryGetValue(type, out SortedSet<Place>? line))
        {
            _byType.Add(type, line = new SortedSet<Place>(Place.InLine));
        }

        Move(line, before, after);
        if (line.Count == 0)
        {
            // Callers name types as they like, so one that nobody has may not stay for ever.
            _byType.Remove(type);
        }
    }

    /// <summary>The best of these types (null: of all) in a queue that may be handed out from, or null.</summary>
    /// <param name="types">The types.</param>
    /// <param name="isOpen">Whether a queue is asked; each that is not costs a step.</param>
    public Place? First(IReadOnlySet<string>? types, Func<string, bool> isOpen)
    {
        if (types is null)
        {
            return First(_all, isOpen);
        }

        Place? first = null;
        foreach (string type in types.Count < _byType.Count ? types : (IEnumerable<string>)_byType.Keys)
        {
            if (types.Contains(type) && _byType.TryGetValue(type, out SortedSet<Place>? line) && First(line, isOpen) is { } place
                && (first is null || Place.InLine.Compare(place, first.Value) < 0))
            {
                first = place;
            }
        }

        return first;
    }

    private static Place? First(SortedSet<Place> line, Func<string, bool> isOpen)
    {
        foreach (Place place in line)
        {
            if (isOpen(place.Job.Queue))
            {
                return place;
            }
        }

        return null;
    }

    private static void Move(SortedSet<Place> line, Place? before, Place? after)
    {
        if (before is { } old && after is { } same && Place.InLine.Compare(old, same) == 0)
        {
            return;
        }

        if (before is { } left)
        {
            line.Remove(left);
        }

        if (after is { } first)
        {
            line.Add(first);
        }
    }
}
