// Command csi is a stand-in for the CSI driver of a storage system: its volumes and snapshots are folders, and it copies
// files. The protocol is real, so the sidecars of CSI drivers and the kubelet use it like any other driver.
//
//	csi --socket=FILE --folder=FOLDER [--node=NAME --registration=FILE]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

const (
	name = "folders.cdk8s-dagger"
	// The metadata that the sidecar csi-snapshotter adds with --extra-create-metadata.
	snapshotNamespace = "csi.storage.k8s.io/volumesnapshot/namespace"
	snapshotName      = "csi.storage.k8s.io/volumesnapshot/name"
)

func main() {
	socket := flag.String("socket", "", "the Unix socket of the CSI services")
	folder := flag.String("folder", "", "the folder of volumes and snapshots")
	node := flag.String("node", "", "the name of the node")
	registrationSocket := flag.String("registration", "", "the Unix socket that the kubelet finds the driver with")
	flag.Parse()
	if err := run(*socket, *folder, *node, *registrationSocket); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(socket, folder, node, registrationSocket string) error {
	driver := &driver{folder: folder, node: node}
	for _, kind := range []string{"volumes", "snapshots", "held"} {
		if err := os.MkdirAll(filepath.Join(folder, kind), 0o755); err != nil {
			return err
		}
	}
	server := grpc.NewServer(grpc.UnaryInterceptor(logErrors))
	csi.RegisterIdentityServer(server, driver)
	csi.RegisterControllerServer(server, driver)
	csi.RegisterNodeServer(server, driver)
	failed := make(chan error, 2)
	go func() { failed <- serve(server, socket) }()
	if registrationSocket != "" {
		server := grpc.NewServer()
		registration.RegisterRegistrationServer(server, &registrar{socket: socket})
		go func() { failed <- serve(server, registrationSocket) }()
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	select {
	case err := <-failed:
		return err
	case <-stop:
		return nil
	}
}

func serve(server *grpc.Server, socket string) error {
	if err := os.MkdirAll(filepath.Dir(socket), 0o755); err != nil {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	return server.Serve(listener)
}

func logErrors(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	response, err := handle(ctx, request)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", info.FullMethod, err)
	}
	return response, err
}

type driver struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedControllerServer
	csi.UnimplementedNodeServer
	folder string
	node   string
	// Sidecars repeat a call after its timeout. The second call must not find half a copy.
	copying sync.Mutex
}

func (*driver) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: name, VendorVersion: "test"}, nil
}

func (*driver) GetPluginCapabilities(
	context.Context, *csi.GetPluginCapabilitiesRequest,
) (*csi.GetPluginCapabilitiesResponse, error) {
	return &csi.GetPluginCapabilitiesResponse{Capabilities: []*csi.PluginCapability{{
		Type: &csi.PluginCapability_Service_{Service: &csi.PluginCapability_Service{
			Type: csi.PluginCapability_Service_CONTROLLER_SERVICE,
		}},
	}}}, nil
}

func (*driver) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}

func (*driver) ControllerGetCapabilities(
	context.Context, *csi.ControllerGetCapabilitiesRequest,
) (*csi.ControllerGetCapabilitiesResponse, error) {
	response := &csi.ControllerGetCapabilitiesResponse{}
	for _, capability := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
	} {
		response.Capabilities = append(response.Capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: capability}},
		})
	}
	return response, nil
}

func (d *driver) CreateVolume(_ context.Context, request *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	volume := d.path("volumes", request.Name)
	var err error
	if source := request.GetVolumeContentSource(); source == nil {
		err = os.MkdirAll(volume, 0o777)
	} else {
		err = d.copy(d.path("snapshots", source.GetSnapshot().GetSnapshotId()), volume)
	}
	if err != nil {
		return nil, asStatus(err)
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{
		VolumeId:      request.Name,
		CapacityBytes: request.GetCapacityRange().GetRequiredBytes(),
		ContentSource: request.GetVolumeContentSource(),
	}}, nil
}

func (d *driver) DeleteVolume(_ context.Context, request *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return &csi.DeleteVolumeResponse{}, os.RemoveAll(d.path("volumes", request.VolumeId))
}

// CreateSnapshot copies a volume. The snapshot isn't ready while the folder `held` has a file NAMESPACE or
// NAMESPACE.NAME, as if the storage system were still uploading it.
func (d *driver) CreateSnapshot(
	_ context.Context, request *csi.CreateSnapshotRequest,
) (*csi.CreateSnapshotResponse, error) {
	snapshot := d.path("snapshots", request.Name)
	if err := d.copy(d.path("volumes", request.SourceVolumeId), snapshot); err != nil {
		return nil, asStatus(err)
	}
	created, err := os.Stat(snapshot)
	if err != nil {
		return nil, asStatus(err)
	}
	namespace := request.Parameters[snapshotNamespace]
	isHeld := exists(d.path("held", namespace)) || exists(d.path("held", namespace+"."+request.Parameters[snapshotName]))
	return &csi.CreateSnapshotResponse{Snapshot: &csi.Snapshot{
		SnapshotId:     request.Name,
		SourceVolumeId: request.SourceVolumeId,
		CreationTime:   timestamppb.New(created.ModTime()),
		ReadyToUse:     !isHeld,
	}}, nil
}

func (d *driver) DeleteSnapshot(
	_ context.Context, request *csi.DeleteSnapshotRequest,
) (*csi.DeleteSnapshotResponse, error) {
	return &csi.DeleteSnapshotResponse{}, os.RemoveAll(d.path("snapshots", request.SnapshotId))
}

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: d.node}, nil
}

func (*driver) NodeGetCapabilities(
	context.Context, *csi.NodeGetCapabilitiesRequest,
) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

func (d *driver) NodePublishVolume(
	_ context.Context, request *csi.NodePublishVolumeRequest,
) (*csi.NodePublishVolumeResponse, error) {
	if err := os.MkdirAll(request.TargetPath, 0o755); err != nil {
		return nil, asStatus(err)
	}
	volume := d.path("volumes", request.VolumeId)
	if err := syscall.Mount(volume, request.TargetPath, "", syscall.MS_BIND, ""); err != nil {
		return nil, asStatus(err)
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (*driver) NodeUnpublishVolume(
	_ context.Context, request *csi.NodeUnpublishVolumeRequest,
) (*csi.NodeUnpublishVolumeResponse, error) {
	// The kubelet repeats the call if it didn't get the response.
	if err := syscall.Unmount(request.TargetPath, 0); err != nil && err != syscall.EINVAL && err != syscall.ENOENT {
		return nil, asStatus(err)
	}
	if err := os.Remove(request.TargetPath); err != nil && !os.IsNotExist(err) {
		return nil, asStatus(err)
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

// copy copies a folder unless the copy exists.
func (d *driver) copy(from, to string) error {
	d.copying.Lock()
	defer d.copying.Unlock()
	if exists(to) {
		return nil
	}
	partial := to + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	if output, err := exec.Command("cp", "-a", from, partial).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	return os.Rename(partial, to)
}

func (d *driver) path(kind, name string) string {
	return filepath.Join(d.folder, kind, name)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

func asStatus(err error) error {
	return status.Error(codes.Internal, err.Error())
}

// registrar reports the driver to the kubelet, like the sidecar node-driver-registrar.
type registrar struct {
	registration.UnimplementedRegistrationServer
	socket string
}

func (r *registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: name, Endpoint: r.socket, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (*registrar) NotifyRegistrationStatus(
	_ context.Context, state *registration.RegistrationStatus,
) (*registration.RegistrationStatusResponse, error) {
	fmt.Fprintf(os.Stderr, "registered: %t %s\n", state.PluginRegistered, state.Error)
	return &registration.RegistrationStatusResponse{}, nil
}
