import { Workspace } from '~/features/workspace/workspace.tsx';

export default function NewChatPage() {
  return <Workspace />;
}
