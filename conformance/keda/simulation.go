package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"net"
	"net/http"
	"os"
	"sort"
	"sync/atomic"

	"github.com/kedacore/keda/v2/pkg/scalers"
	discovery "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// The times of the simulation, in seconds.
const (
	step = 5
	// The HorizontalPodAutoscaler controller decides every 15 s.
	sync = 15
	// A new engine needs a node, its image and its startup probe.
	start = 120
	// A runner needs this time before its build starts.
	runnerStart = 30
	// The HorizontalPodAutoscaler ignores smaller differences.
	tolerance = 0.1
	// A build uses the CPU for this share of its time.
	cpuShare = 0.5
)

// policy describes how an autoscaler changes the number of engines.
type policy struct {
	Name     string    `json:"name"`
	Triggers []trigger `json:"triggers"`
	// Replicas is the number of engines without an autoscaler.
	Replicas int `json:"replicas"`
	Min      int `json:"min"`
	Max      int `json:"max"`
	// CPU is the target for the CPU usage of the pods, in percent.
	CPU float64 `json:"cpu"`
	// Drain is the longest time that a stopping engine waits for its clients, in seconds.
	Drain int `json:"drain"`
	// ScaleIn is the behavior.scaleDown of the ScaledObject.
	ScaleIn struct {
		Window       int    `json:"stabilizationWindowSeconds"`
		SelectPolicy string `json:"selectPolicy"`
		Policies     []struct {
			Value  int `json:"value"`
			Period int `json:"periodSeconds"`
		} `json:"policies"`
	} `json:"scaleIn"`
	// ToZero has the ScaledObject of each engine, if each engine has its own and scales to zero.
	ToZero []scaledObject `json:"toZero"`
}

// scaledObject starts and stops one engine.
type scaledObject struct {
	Triggers []trigger `json:"triggers"`
	// Polling and Cooldown are times in seconds.
	Polling  int `json:"pollingInterval"`
	Cooldown int `json:"cooldownPeriod"`
}

// result is the outcome of a policy.
type result struct {
	Name        string  `json:"name"`
	Builds      int     `json:"builds"`
	Cut         int     `json:"cut"`
	EngineHours float64 `json:"engineHours"`
	// MeanWait and P95Wait are the seconds that builds take longer than on an idle engine.
	MeanWait float64 `json:"meanWait"`
	P95Wait  float64 `json:"p95Wait"`
	ScaleIns int     `json:"scaleIns"`
}

// simulation is the input of `keda simulate`.
type simulation struct {
	Policies []policy `json:"policies"`
	// PerEngine is the number of builds that an engine runs without slowing down.
	PerEngine int `json:"perEngine"`
	Hours     int `json:"hours"`
}

// job is a build.
type job struct {
	assigned int
	duration float64
	left     float64
	ended    int
	cut      bool
}

// engine is a pod of the StatefulSet. Its metrics are served over HTTP.
type engine struct {
	ordinal  int
	ready    int
	stopping int
	jobs     []*job
	sessions atomic.Int64
	stop     func()
}

// kube is a Kubernetes client that returns the EndpointSlice of the metrics Service. All endpoints count as ready.
type kube struct {
	client.Client
	addresses []string
	port      int32
}

func (k *kube) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	slice := discovery.EndpointSlice{Ports: []discovery.EndpointPort{{Port: &k.port}}}
	slice.ObjectMeta = metav1.ObjectMeta{Name: "pool-metrics", Namespace: "ci"}
	ready := true
	for _, address := range k.addresses {
		slice.Endpoints = append(slice.Endpoints, discovery.Endpoint{
			Addresses:  []string{address},
			Conditions: discovery.EndpointConditions{Ready: &ready},
		})
	}
	list.(*discovery.EndpointSliceList).Items = []discovery.EndpointSlice{slice}
	return nil
}

func simulateAll() error {
	var input simulation
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		return err
	}
	results := []result{}
	for _, one := range input.Policies {
		answer, err := simulate(one, input)
		if err != nil {
			return fmt.Errorf("%s: %w", one.Name, err)
		}
		results = append(results, answer)
	}
	return json.NewEncoder(os.Stdout).Encode(results)
}

// demand returns the same builds for each policy: single builds, and a burst of twelve builds every 90 minutes.
func demand(hours int) []*job {
	random := rand.New(rand.NewSource(1))
	jobs := []*job{}
	add := func(at int) {
		// Most builds take a few minutes, and some take up to 45 minutes.
		duration := math.Min(2700, 120+300*random.ExpFloat64())
		jobs = append(jobs, &job{assigned: at, duration: duration, left: duration})
	}
	for at := 0.0; at < float64(hours*3600); at += 400 * random.ExpFloat64() {
		add(int(at))
	}
	for at := 1800; at < hours*3600; at += 5400 {
		for i := 0; i < 12; i++ {
			add(at + random.Intn(60))
		}
	}
	sort.SliceStable(jobs, func(a, b int) bool { return jobs[a].assigned < jobs[b].assigned })
	return jobs
}

// pool is a simulated StatefulSet with its clients and its autoscaler.
type pool struct {
	policy    policy
	perEngine int
	now       int
	replicas  int
	engines   map[int]*engine
	listener  atomic.Int64
	kube      *kube
	scalers   []scalers.Scaler
	toZero    []*activator
	random    *rand.Rand
	// recommendations and removals are the history of the HorizontalPodAutoscaler.
	recommendations []record
	removals        []record
	result          result
}

type record struct{ at, count int }

func simulate(one policy, input simulation) (result, error) {
	p := &pool{policy: one, perEngine: input.PerEngine, engines: map[int]*engine{}, random: rand.New(rand.NewSource(2))}
	p.result.Name = one.Name
	p.kube = &kube{port: 9090}
	p.replicas = max(one.Replicas, one.Min)
	closeAll, err := p.createScalers()
	defer closeAll()
	if err != nil {
		return result{}, err
	}
	stop, err := p.serveListener()
	if err != nil {
		return result{}, err
	}
	defer stop()
	defer func() {
		for _, e := range p.engines {
			e.stop()
		}
	}()
	jobs := demand(input.Hours)
	waiting := []*job{}
	next := 0
	for p.now = 0; p.now < input.Hours*3600 || len(waiting) > 0 || p.busy(); p.now += step {
		for next < len(jobs) && jobs[next].assigned <= p.now {
			waiting = append(waiting, jobs[next])
			next++
		}
		if err := p.reconcile(); err != nil {
			return result{}, err
		}
		waiting = p.assign(waiting)
		p.run()
		p.listener.Store(int64(len(waiting) + p.sessions()))
		if p.now%sync == 0 {
			if err := p.scale(); err != nil {
				return result{}, err
			}
		}
		p.scaleToZero()
		p.result.EngineHours += float64(len(p.engines)) * step / 3600
	}
	return p.summary(jobs), nil
}

func (p *pool) busy() bool { return p.sessions() > 0 }

func (p *pool) sessions() int {
	sum := 0
	for _, e := range p.engines {
		sum += len(e.jobs)
	}
	return sum
}

// reconcile starts and stops pods like the StatefulSet controller with podManagementPolicy Parallel.
func (p *pool) reconcile() error {
	for ordinal := 0; ordinal < max(p.replicas, len(p.toZero)); ordinal++ {
		if p.engines[ordinal] == nil && p.wants(ordinal) {
			e, err := p.startEngine(ordinal)
			if err != nil {
				return err
			}
			p.engines[ordinal] = e
		}
	}
	addresses := []string{}
	for ordinal, e := range p.engines {
		if !p.wants(ordinal) && e.stopping < 0 {
			e.stopping = p.now
			p.result.ScaleIns++
		}
		if e.stopping >= 0 && (len(e.jobs) == 0 || p.now-e.stopping >= p.policy.Drain) {
			for _, j := range e.jobs {
				j.cut = true
				j.ended = p.now
			}
			e.stop()
			delete(p.engines, ordinal)
			continue
		}
		if e.ready <= p.now {
			addresses = append(addresses, address(ordinal))
		}
	}
	for ordinal, a := range p.toZero {
		a.kube.addresses = nil
		if e := p.engines[ordinal]; e != nil && e.ready <= p.now {
			a.kube.addresses = []string{address(ordinal)}
		}
	}
	sort.Strings(addresses)
	p.kube.addresses = addresses
	return nil
}

// wants returns whether an engine should run.
func (p *pool) wants(ordinal int) bool {
	if len(p.toZero) > 0 {
		return ordinal < len(p.toZero) && p.toZero[ordinal].running
	}
	return ordinal < p.replicas
}

// assign gives waiting builds to random engines, like a Service with session affinity.
func (p *pool) assign(waiting []*job) []*job {
	running := []*engine{}
	for _, e := range p.engines {
		if e.ready <= p.now && e.stopping < 0 {
			running = append(running, e)
		}
	}
	sort.Slice(running, func(a, b int) bool { return running[a].ordinal < running[b].ordinal })
	left := []*job{}
	for _, j := range waiting {
		if p.now-j.assigned < runnerStart || len(running) == 0 {
			left = append(left, j)
			continue
		}
		e := running[p.random.Intn(len(running))]
		e.jobs = append(e.jobs, j)
	}
	return left
}

// run advances the builds. They slow down on an engine with more builds than it can run at full speed.
func (p *pool) run() {
	for _, e := range p.engines {
		rate := math.Min(1, float64(p.perEngine)/math.Max(1, float64(len(e.jobs))))
		left := e.jobs[:0]
		for _, j := range e.jobs {
			j.left -= step * rate
			if j.left > 0 {
				left = append(left, j)
			} else {
				j.ended = p.now + step
			}
		}
		e.jobs = left
		e.sessions.Store(int64(len(e.jobs)))
	}
}

// scale models the HorizontalPodAutoscaler controller. KEDA's scalers provide the values and targets.
func (p *pool) scale() error {
	if len(p.scalers) == 0 && p.policy.CPU == 0 {
		return nil
	}
	wanted := 0
	for _, scaler := range p.scalers {
		spec := scaler.GetMetricSpecForScaling(context.Background())[0].External
		values, _, err := scaler.GetMetricsAndActivity(context.Background(), spec.Metric.Name)
		if err != nil {
			// If a metric fails, the controller doesn't stop engines.
			wanted = max(wanted, p.replicas)
			continue
		}
		value, target := values[0].Value.AsApproximateFloat64(), spec.Target.AverageValue.AsApproximateFloat64()
		wanted = max(wanted, p.replicasFor(value, target))
	}
	if p.policy.CPU > 0 {
		used := math.Min(float64(p.sessions()), float64(p.perEngine*len(p.engines))) * cpuShare / float64(p.perEngine)
		wanted = max(wanted, p.replicasFor(100*used, p.policy.CPU))
	}
	wanted = min(max(wanted, p.policy.Min), p.policy.Max)
	p.recommendations = append(p.recommendations, record{p.now, wanted})
	if wanted >= p.replicas {
		// This is the default scale-out policy of Kubernetes.
		p.replicas = min(wanted, max(2*p.replicas, p.replicas+4))
		return nil
	}
	if p.policy.ScaleIn.SelectPolicy == "Disabled" {
		return nil
	}
	for _, r := range p.recommendations {
		if p.now-r.at <= p.policy.ScaleIn.Window {
			wanted = max(wanted, min(r.count, p.replicas))
		}
	}
	least := wanted
	for _, limit := range p.policy.ScaleIn.Policies {
		removed := 0
		for _, r := range p.removals {
			if p.now-r.at < limit.Period {
				removed += r.count
			}
		}
		least = max(least, p.replicas-max(0, limit.Value-removed))
	}
	if least < p.replicas {
		p.removals = append(p.removals, record{p.now, p.replicas - least})
		p.replicas = least
	}
	return nil
}

// activator starts and stops one engine, like KEDA's operator with minReplicaCount 0 and maxReplicaCount 1.
type activator struct {
	scaledObject
	kube       *kube
	scalers    []scalers.Scaler
	running    bool
	lastActive int
}

// createScalers creates the scalers of the policy, and returns a function that closes them.
func (p *pool) createScalers() (func(), error) {
	all := []scalers.Scaler{}
	closeAll := func() {
		for _, scaler := range all {
			scaler.Close(context.Background())
		}
	}
	create := func(triggers []trigger, kube *kube) ([]scalers.Scaler, error) {
		created := []scalers.Scaler{}
		for index, t := range triggers {
			scaler, err := newScaler(t, index, kube)
			if err != nil {
				return nil, err
			}
			created = append(created, scaler)
			all = append(all, scaler)
		}
		return created, nil
	}
	var err error
	if p.scalers, err = create(p.policy.Triggers, p.kube); err != nil {
		return closeAll, err
	}
	for _, one := range p.policy.ToZero {
		a := &activator{scaledObject: one, kube: &kube{port: 9090}}
		if a.scalers, err = create(one.Triggers, a.kube); err != nil {
			return closeAll, err
		}
		p.toZero = append(p.toZero, a)
	}
	return closeAll, nil
}

// scaleToZero models KEDA's operator (pkg/scaling/executor/scale_scaledobjects.go@v2.21.0, RequestScale).
func (p *pool) scaleToZero() {
	for _, a := range p.toZero {
		if p.now%a.Polling == 0 {
			a.scale(p.now)
		}
	}
}

func (a *activator) scale(now int) {
	active, failed := false, false
	for _, scaler := range a.scalers {
		metric := scaler.GetMetricSpecForScaling(context.Background())[0].External.Metric.Name
		_, isActive, err := scaler.GetMetricsAndActivity(context.Background(), metric)
		active = active || isActive
		failed = failed || err != nil
	}
	switch {
	case active && !a.running:
		a.running = true
		a.lastActive = now
	case failed:
		// KEDA stops no engine, and doesn't update the time of the last activity.
	case active:
		a.lastActive = now
	case a.running && now-a.lastActive >= a.Cooldown:
		a.running = false
	}
}

func (p *pool) replicasFor(value, target float64) int {
	if math.Abs(value/(target*float64(p.replicas))-1) <= tolerance {
		return p.replicas
	}
	return int(math.Ceil(value / target))
}

func (p *pool) summary(jobs []*job) result {
	waits := []float64{}
	for _, j := range jobs {
		if j.cut {
			p.result.Cut++
			continue
		}
		waits = append(waits, math.Max(0, float64(j.ended-j.assigned-runnerStart)-j.duration))
	}
	sort.Float64s(waits)
	sum := 0.0
	for _, w := range waits {
		sum += w
	}
	p.result.Builds = len(jobs)
	p.result.MeanWait = sum / float64(len(waits))
	p.result.P95Wait = waits[len(waits)*95/100]
	return p.result
}

// address returns the IP address of a pod, in the loopback network.
func address(ordinal int) string { return fmt.Sprintf("127.87.0.%d", ordinal+1) }

func (p *pool) startEngine(ordinal int) (*engine, error) {
	e := &engine{ordinal: ordinal, ready: p.now + start, stopping: -1}
	if p.now == 0 {
		e.ready = 0
	}
	stop, err := serve(fmt.Sprintf("%s:9090", address(ordinal)), func() string {
		return fmt.Sprintf("# TYPE dagger_connected_clients gauge\ndagger_connected_clients %d\n", e.sessions.Load())
	})
	e.stop = stop
	return e, err
}

// serveListener serves the metrics of an ARC listener.
func (p *pool) serveListener() (func(), error) {
	return serve("127.87.1.1:8080", func() string {
		return fmt.Sprintf("gha_assigned_jobs{name=\"other\"} 99\ngha_assigned_jobs{name=\"dagger-ci\"} %d\n", p.listener.Load())
	})
}

// serve starts a metrics server, and returns a function that stops it.
func serve(address string, text func() string) (func(), error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text()) })
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	return func() {
		server.Close()
		listener.Close()
	}, nil
}
