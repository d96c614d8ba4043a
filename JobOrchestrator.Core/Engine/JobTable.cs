using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace JobOrchestrator.Core;

/// <summary>
/// Jobs by their ids, in a few bytes more than a reference each: the id stands in the job, and nowhere else. One thread writes, and any
/// number may read meanwhile without a lock: each finds what was there when it began or what came since. It is divided, so that growing
/// moves a part of the jobs alone and nobody waits for long.
/// </summary>
public sealed class JobTable : IEnumerable<Job>
{
    private const int Parts = 64;
    private const int PartBits = 6;
    private const int RoomMin = 8;

    // What was there; whoever looks for a job behind it goes on.
    private static readonly Job Gone = new()
    {
        Id = default,
        Order = -1,
        Spec = new JobSpec { Type = "", Queue = "", LeaseSeconds = 0 },
        RunAt = default,
        CreatedAt = default,
        UpdatedAt = default,
    };

    private readonly Job?[]?[] _parts = new Job?[]?[Parts];
    private readonly int[] _jobs = new int[Parts]; // in each
    private readonly int[] _taken = new int[Parts]; // places, with those of jobs that have gone
    private int _count;

    /// <summary>How many jobs there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The job of an id; null: there is none.</summary>
    public Job? Find(JobId id)
    {
        ulong hash = HashOf(id);
        if (Volatile.Read(ref _parts[PartOf(hash)]) is not { } places)
        {
            return null;
        }

        for (int place = PlaceOf(hash, places); ; place = Next(place, places))
        {
            Job? job = Volatile.Read(ref places[place]);
            if (job is null || (job.Id == id && !ReferenceEquals(job, Gone)))
            {
                return job;
            }
        }
    }

    /// <summary>The job of an id, which is there.</summary>
    /// <exception cref="KeyNotFoundException">It is not.</exception>
    public Job this[JobId id] => Find(id) ?? throw new KeyNotFoundException($"There is no job {id}.");

    /// <summary>Whether there is a job of an id.</summary>
    public bool Has(JobId id) => Find(id) is not null;

    /// <summary>The job of an id; false: there is none.</summary>
    public bool TryFind(JobId id, [NotNullWhen(true)] out Job? job) => (job = Find(id)) is not null;

    /// <summary>Enters a job, in the place of the one of its id if there is one.</summary>
    public void Set(Job job)
    {
        ulong hash = HashOf(job.Id);
        int part = PartOf(hash);
        Job?[] places = RoomIn(part);
        int free = -1;
        for (int place = PlaceOf(hash, places); ; place = Next(place, places))
        {
            Job? there = places[place];
            if (there is null)
            {
                _taken[part] += free < 0 ? 1 : 0;
                Volatile.Write(ref places[free < 0 ? place : free], job);
                _jobs[part]++;
                Volatile.Write(ref _count, _count + 1);
                return;
            }

            if (ReferenceEquals(there, Gone))
            {
                free = free < 0 ? place : free;
            }
            else if (there.Id == job.Id)
            {
                Volatile.Write(ref places[place], job);
                return;
            }
        }
    }

    /// <summary>Removes the job of an id, if there is one.</summary>
    public void Remove(JobId id)
    {
        ulong hash = HashOf(id);
        int part = PartOf(hash);
        if (_parts[part] is not { } places)
        {
            return;
        }

        int place = PlaceOf(hash, places);
        for (; places[place] is { } there; place = Next(place, places))
        {
            if (there.Id == id && !ReferenceEquals(there, Gone))
            {
                Leave(part, places, place);
                return;
            }
        }
    }

    /// <summary>Removes a job, if it is the very object that is there.</summary>
    public void Remove(Job job)
    {
        if (ReferenceEquals(Find(job.Id), job))
        {
            Remove(job.Id);
        }
    }

    /// <summary>Removes all jobs.</summary>
    public void Clear()
    {
        for (int part = 0; part < Parts; part++)
        {
            Volatile.Write(ref _parts[part], null);
            _jobs[part] = _taken[part] = 0;
        }

        Volatile.Write(ref _count, 0);
    }

    /// <summary>
    /// The jobs, in no order. What comes or goes meanwhile may be among them or not; one that goes and comes back may be there twice.
    /// </summary>
    public IEnumerator<Job> GetEnumerator()
    {
        for (int part = 0; part < Parts; part++)
        {
            Job?[] places = Volatile.Read(ref _parts[part]) ?? [];
            for (int place = 0; place < places.Length; place++)
            {
                if (Volatile.Read(ref places[place]) is { } job && !ReferenceEquals(job, Gone))
                {
                    yield return job;
                }
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A part with room for one more: at most three quarters of its places are taken.</summary>
    private Job?[] RoomIn(int part)
    {
        Job?[]? places = _parts[part];
        if (places is not null && (_taken[part] + 1) * 4 <= places.Length * 3)
        {
            return places;
        }

        // Half full at most once it is made anew, and without the places of those that have gone.
        int room = RoomMin;
        while (room < (_jobs[part] + 1) * 2)
        {
            room *= 2;
        }

        var roomier = new Job?[room];
        foreach (Job? job in places ?? [])
        {
            if (job is null || ReferenceEquals(job, Gone))
            {
                continue;
            }

            int place = PlaceOf(HashOf(job.Id), roomier);
            while (roomier[place] is not null)
            {
                place = Next(place, roomier);
            }

            roomier[place] = job;
        }

        _taken[part] = _jobs[part];
        Volatile.Write(ref _parts[part], roomier);
        return roomier;
    }

    private void Leave(int part, Job?[] places, int place)
    {
        _jobs[part]--;
        Volatile.Write(ref _count, _count - 1);
        Volatile.Write(ref places[place], Gone);

        // Nobody goes on behind the last of a row.
        while (places[Next(place, places)] is null && ReferenceEquals(places[place], Gone))
        {
            Volatile.Write(ref places[place], null);
            _taken[part]--;
            place = (place - 1) & (places.Length - 1);
        }
    }

    private static int PartOf(ulong hash) => (int)(hash >> (64 - PartBits));

    private static int PlaceOf(ulong hash, Job?[] places) => (int)hash & (places.Length - 1);

    private static int Next(int place, Job?[] places) => (place + 1) & (places.Length - 1);

    /// <summary>62 bits of an id are random as a rule; of ids that are counted only few differ.</summary>
    private static ulong HashOf(JobId id)
    {
        ReadOnlySpan<ulong> halves = MemoryMarshal.Cast<JobId, ulong>(new ReadOnlySpan<JobId>(in id));
        return Mixing.Mix(halves[0] ^ halves[1]);
    }
}
